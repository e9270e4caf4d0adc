"""Compare what stands of an article with what today's cleaning makes of it, count that, and show it."""
