"""Addresses, fetching and decoding of what the web answers; no sockets here."""
