"""Define the query language and its words, with one meaning on both indices."""
