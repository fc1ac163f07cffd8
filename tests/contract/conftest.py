"""Every store that must behave as the ports say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_adapters.driver import open_driver
from loyalty_engine.engine.ports.driver import Driver
from tests.contract.hosts import AwaitedHostDriver, HostedDriver

OWN = {"memory": "memory://", "sqlite file": "sqlite:///{}/shop.db", "sqlite in memory": "sqlite://"}


def _own(url: str, path: Path) -> Iterator[Driver]:
    opened = open_driver(url.format(path), program="acme", synchronous="OFF")
    yield opened
    opened.close()


@pytest.fixture(params=[*OWN, "host connection", "host async session"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """A store of ours, or the same within transactions of a host."""
    if request.param in OWN:
        yield from _own(OWN[request.param], tmp_path)
    elif request.param == "host connection":
        hosted = HostedDriver(tmp_path / "shop.db", "acme")
        yield hosted
        hosted.close()
    else:
        awaited = AwaitedHostDriver(tmp_path / "shop.db", "acme")
        yield awaited
        awaited.close()
        awaited.end()


@pytest.fixture(params=list(OWN))
def own_driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """A store of ours, whose transactions are its own."""
    yield from _own(OWN[request.param], tmp_path)
