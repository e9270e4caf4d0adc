"""Turn the outside world into events: seed files, feeds, pages."""
