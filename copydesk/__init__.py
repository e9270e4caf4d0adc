"""Copydesk: what producers and consumers share — events, ports, the worker loop, the pure text code."""

__version__ = "0.1.0"
