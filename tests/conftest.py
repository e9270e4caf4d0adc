"""Registers the fixtures that several test files share."""

pytest_plugins = ["tests.support.stack.fixtures"]
