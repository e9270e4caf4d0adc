"""Produce events from outside sources: seed files, feeds and web pages."""
