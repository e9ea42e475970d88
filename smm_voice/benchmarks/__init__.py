"""Benchmarks: speed and size of whole commands, measured as a user would run them."""
