"""Compare the revisions of an article, and keep the list of them. Pure."""
