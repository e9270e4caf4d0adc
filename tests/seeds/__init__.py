"""The seed producer."""
