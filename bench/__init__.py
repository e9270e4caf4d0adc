"""Benchmarks: each prints figures as ratios or per item, from one run."""
