"""Offer the command line: thin commands over the ports. `main` is the entry point."""

from copydesk.cli.entry import main

__all__ = ["main"]
