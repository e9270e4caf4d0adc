"""Fetch the pages that links name, politely: links in, raw articles out."""
