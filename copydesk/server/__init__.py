"""Serve the desk: an HTTP API, and pages to search, to read, and to see every cut."""
