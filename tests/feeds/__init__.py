"""The feed poller and its formats."""
