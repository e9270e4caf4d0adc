"""Keep the figures of each source, and tell what is unusual about them."""
