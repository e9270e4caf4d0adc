"""Real servers for the tests: fetched from their published artifacts, started here, stopped whatever happens."""
