"""The figures of sources, and what is unusual about them."""
