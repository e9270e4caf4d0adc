"""Read addresses, fetch, and decode what the web answers; no sockets here."""
