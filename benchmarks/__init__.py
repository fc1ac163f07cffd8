"""Benchmarks: us beside the peers or the raw floor, in one run. `scripts/bench [NAME...]` runs them."""
