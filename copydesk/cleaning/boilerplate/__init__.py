"""Recognise boilerplate: which blocks and lines are cut, and as what kind."""
