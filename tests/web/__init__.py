"""Addresses and encodings."""
