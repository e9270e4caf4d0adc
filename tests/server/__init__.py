"""Tests of the desk: its API, its pages, its safety."""
