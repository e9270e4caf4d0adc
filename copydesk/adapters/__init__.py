"""Implement the ports, one technology a package; only these files import that technology's library."""
