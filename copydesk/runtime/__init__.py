"""Run stages: the worker loop, its bookkeeping, dead letters, and the pool of processes."""
