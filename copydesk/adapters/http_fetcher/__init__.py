"""Fetch over HTTP, on httpcore's pools, with every address checked before it is connected to."""
