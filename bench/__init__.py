"""Benchmarks over real engines, real worker processes and the demo vendor: `make bench`."""
