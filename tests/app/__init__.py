"""Producers, stages and engines wired together in one process."""
