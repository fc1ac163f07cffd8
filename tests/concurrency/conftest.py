"""The shops of the use cases, for callers that race."""

from __future__ import annotations

from tests.engine.conftest import open_branch, open_shop

__all__ = ["open_branch", "open_shop"]
