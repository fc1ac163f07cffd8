"""Every store that must behave as the ports say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_adapters.driver import open_driver
from loyalty_engine.engine.ports.driver import Driver


@pytest.fixture(params=["memory", "sqlite file", "sqlite in memory"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    urls = {
        "memory": "memory://",
        "sqlite file": f"sqlite:///{tmp_path}/shop.db",
        "sqlite in memory": "sqlite://",
    }
    opened = open_driver(urls[request.param], program="acme", synchronous="OFF")
    yield opened
    opened.close()
