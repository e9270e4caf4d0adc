"""Whole pipelines: killed, cut off, on real servers."""
