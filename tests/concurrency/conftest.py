"""What callers race for: a database with one member, and the shops of the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from tests.concurrency.one_member import enrol, file
from tests.engine.conftest import open_branch, open_shop

__all__ = ["driver", "open_branch", "open_shop"]


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[SqliteDriver]:
    with SqliteDriver(file(tmp_path), program="acme") as opened:
        opened.transact(enrol)
        yield opened
