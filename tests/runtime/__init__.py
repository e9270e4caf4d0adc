"""The worker, its bookkeeping and the process pool."""
