"""Savepoints of hosts that came before any BEGIN, so that releasing them commits.

SQLite's drivers begin a transaction only before the first statement that writes. A savepoint opened before
that is itself the transaction: its release makes everything in it durable, whatever the host rolls back
afterwards. The database cannot be asked which of the two it was; so we look when a savepoint is opened.
"""

from __future__ import annotations

from weakref import WeakSet

from sqlalchemy import Connection, Engine, RootTransaction, event

_before_begin: WeakSet[RootTransaction] = WeakSet()


def watch() -> None:
    """From now on look at every savepoint that SQLAlchemy opens on SQLite. Nothing of it is changed."""
    if not event.contains(Engine, "savepoint", _look):
        event.listen(Engine, "savepoint", _look)


def commits_by_itself(connection: Connection) -> bool:
    """Whether the connection is inside a savepoint whose release would commit."""
    return connection.in_nested_transaction() and connection.get_transaction() in _before_begin


def _look(connection: Connection, name: str | None) -> None:
    transaction = connection.get_transaction()
    if connection.dialect.name != "sqlite" or transaction is None:
        return
    driver = connection.connection.driver_connection
    if getattr(driver, "in_transaction", True) is False:
        _before_begin.add(transaction)
