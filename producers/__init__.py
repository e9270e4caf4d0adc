"""The outside world turned into events: seed files, feeds, pages."""
