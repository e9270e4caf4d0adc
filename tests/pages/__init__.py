"""The page fetcher."""
