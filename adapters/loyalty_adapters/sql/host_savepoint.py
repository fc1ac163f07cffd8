"""Blocks in a host's transaction: one that is kept or dropped as a whole, one that sees one moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, NestedTransaction

from loyalty_adapters.sql.host_failure import told, whole_transaction_lost
from loyalty_adapters.sql.host_transaction import begun, send_begin, take_lock
from loyalty_engine.errors import LoyaltyError

_SNAPSHOT = "loyalty_snapshot"


@contextmanager
def holding_lock(connection: Connection) -> Iterator[None]:
    """A block with the database's write lock that is undone when it raises; the host's work before it stays.

    Where the host's driver has not begun, we begin: then there is nothing before it, and no savepoint is
    needed. Raises RetryTransaction when the host's transaction has read and can no longer write, or is lost
    as a whole; DatabaseBusy when somebody holds the lock for too long.
    """
    if begun(connection):
        take_lock(connection)
        with savepoint(connection):
            yield
        return
    send_begin(connection)
    try:
        yield
    except BaseException:
        _send(connection, "ROLLBACK")  # to where the host was: about to begin
        raise


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """A block that is undone when it raises. Raises RetryTransaction when SQLite has undone even more."""
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
    finally:
        _send(connection, f"RELEASE {_SNAPSHOT}")


def _undo(ours: NestedTransaction) -> None:
    """Go back to where the savepoint was; a connection that cannot has lost the whole transaction."""
    with suppress(LoyaltyError), told():
        ours.rollback()


def _send(connection: Connection, text: str) -> None:
    """End what we began, if there is still something to end."""
    with suppress(LoyaltyError), told():
        connection.exec_driver_sql(text)
