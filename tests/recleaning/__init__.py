"""What cleaning the past again would change: compared, counted and shown."""
