"""The outside of loyalty_engine: stores, files, command line. `open_engine` puts an engine together."""

from loyalty_adapters.opening import open_engine

__all__ = ["open_engine"]
