"""Boilerplate: lines, blocks and runs of them, told and named."""
