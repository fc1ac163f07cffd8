"""Blocks in a host's transaction: one that is kept or dropped as a whole, one that sees one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, NestedTransaction

from loyalty_adapters.sql.host_failure import told, whole_transaction_lost
from loyalty_adapters.sql.host_transaction import begun
from loyalty_engine.errors import LoyaltyError

_SNAPSHOT = "loyalty_snapshot"


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A block that is undone when it raises; the host's work before it stays.

    Raises RetryTransaction when SQLite itself has undone that too.
    """
    with told():
        ours = connection.begin_nested()
    try:
        yield
    except Exception as error:
        _undo(ours)
        if not begun(connection):
            raise whole_transaction_lost(error) from error
        raise
    except BaseException:
        _undo(ours)
        raise
    with told():
        ours.commit()


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """A block that reads one moment, also where the host's driver reads without a transaction."""
    if begun(connection):
        yield
        return
    with told():
        connection.exec_driver_sql(f"SAVEPOINT {_SNAPSHOT}")
        connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first()  # it starts at the first read
    try:
        yield
    except BaseException:
        with suppress(LoyaltyError):
            _release(connection)
        raise
    _release(connection)


def _undo(ours: NestedTransaction) -> None:
    """Go back to where the savepoint was; a connection that cannot has lost the whole transaction."""
    with suppress(LoyaltyError), told():
        ours.rollback()


def _release(connection: Connection) -> None:
    with told():
        connection.exec_driver_sql(f"RELEASE {_SNAPSHOT}")
