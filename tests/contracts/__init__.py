"""The contract suites: what every adapter of a port must pass, unchanged."""
