"""The query language and its words."""
