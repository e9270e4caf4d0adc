"""Events turned into events, or into the search index: clean, index."""
