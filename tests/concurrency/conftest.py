"""A database with one member."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from tests.concurrency.one_member import enrol, file


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[SqliteDriver]:
    with SqliteDriver(file(tmp_path), program="acme") as opened:
        opened.transact(enrol)
        yield opened
