"""Running our statements on a host's SQLAlchemy connection, so that its events and its log see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from loyalty_adapters.sql.host_failure import told
from loyalty_adapters.sql.sqlite_executor import Parameters, Row, SqliteExecutor


class HostExecutor(SqliteExecutor):
    """The same texts as on a connection of ours. For an asynchronous driver it runs inside `run_sync`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def fetch(self, text: str, parameters: Parameters) -> list[Row]:
        """See `SqliteExecutor.fetch`."""
        with told():
            return [tuple(row) for row in self._connection.exec_driver_sql(text, parameters)]

    def iterate(self, text: str, parameters: Parameters) -> Iterator[Row]:
        """See `SqliteExecutor.iterate`."""
        with told():
            for row in self._connection.exec_driver_sql(text, parameters):
                yield tuple(row)

    def execute(self, steps: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """See `SqliteExecutor.execute`."""
        with told():
            for text, parameters in steps:
                self._connection.exec_driver_sql(text, parameters)
