"""What tests share: fakes, servers of their own, made data."""
