"""Metadata: authors, dates, title and the rest of what a page says of itself."""
