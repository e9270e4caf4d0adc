"""Programs to start from: each does one thing with the library, and a test runs it."""
