"""The command line: thin commands over the ports. `main` is the entry point."""

from copydesk.cli.app import main

__all__ = ["main"]
