"""Parse the bytes of a feed or sitemap into items."""
