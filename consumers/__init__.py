"""Turn events into events, or put them into the search index: clean, index."""
