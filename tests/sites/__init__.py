"""The rule files for sites, shipped and of a user's own."""
