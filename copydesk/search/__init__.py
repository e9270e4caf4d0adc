"""The query language and the words of it, with one meaning on both indices."""
