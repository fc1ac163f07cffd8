"""The outside of loyalty_engine: stores, files, command line. `open_engine` puts an engine together."""

from loyalty_adapters.async_engine import AsyncLoyaltyEngine
from loyalty_adapters.async_opening import open_async_engine
from loyalty_adapters.opening import open_engine

__all__ = ["AsyncLoyaltyEngine", "open_async_engine", "open_engine"]
