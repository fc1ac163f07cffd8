"""Benchmarks: us and the peers or the raw floor side by side in one run. `scripts/bench [NAME...]` runs them."""
