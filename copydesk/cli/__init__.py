"""Offer the command line: thin commands over the ports. `entry.main` is where the program begins."""
