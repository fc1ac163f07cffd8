"""One fixture for every store: the use cases must not know which one they stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.shop import OpenShop, Shop, rule_files


def _opener(url: str, folder: Path) -> Iterator[OpenShop]:
    """`{}` in the URL stands for the number of the shop."""
    opened: list[Shop] = []

    def open_shop(**changes: str) -> Shop:
        rules = folder / f"rules-{len(opened)}"
        rules.mkdir()
        for name, text in rule_files(**changes).items():
            (rules / name).write_text(text)
        opened.append(Shop(url.format(len(opened)), rules))
        return opened[-1]

    yield open_shop
    for shop in opened:
        shop.engine.close()


@pytest.fixture(params=["memory", "sqlite"])
def open_shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenShop]:
    """Opens shops, each with a store of its own."""
    url = "memory://" if request.param == "memory" else f"sqlite:///{tmp_path}/shop-{{}}.db"
    yield from _opener(url, tmp_path)


@pytest.fixture
def open_branch(tmp_path: Path) -> Iterator[OpenShop]:
    """Opens shops at one database, as several processes do."""
    yield from _opener(f"sqlite:///{tmp_path}/shop.db", tmp_path)


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A shop that grants a point per euro, for a year."""
    return open_shop()
