"""The comparison of revisions."""
