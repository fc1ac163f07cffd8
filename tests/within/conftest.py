"""A shop in a file, a host at the same file, and every way and kind of its transactions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.engine.conftest import open_branch
from tests.engine.shop import OpenShop, Shop
from tests.within.hosts import WAYS, host_of

__all__ = ["open_branch"]


@pytest.fixture
def shop(open_branch: OpenShop) -> Shop:
    """A shop in March whose member has 20 points, and which never lets anybody owe points."""
    shop = open_branch(returns="{deficit: refuse}")
    shop.buy("R-0")
    shop.wait_until("2026-03-15")
    return shop


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """How the host's driver gets its BEGIN."""
    return str(request.param)


@pytest.fixture(params=["Session", "Connection"])
def kind(request: pytest.FixtureRequest) -> str:
    """What the host hands us."""
    return str(request.param)


@pytest.fixture
def host(shop: Shop, way: str) -> Iterator[sa.Engine]:
    """The host's engine."""
    engine = host_of(shop, way)
    yield engine
    engine.dispose()
