"""The page: its tree, and the limits of what it may cost."""
