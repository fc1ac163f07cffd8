"""What goes wrong on a host's connection, in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError

from loyalty_adapters.sql.sqlite_failure import FAILURES, failure
from loyalty_engine.errors import DatabaseBusy, LoyaltyError, RetryTransaction, UnsafeHost

_AGAIN = "roll the transaction back and do all of it again"


@contextmanager
def told(*, joined: bool = True) -> Iterator[None]:
    """A block on a host's connection whose failures come out as errors of ours.

    In a transaction that the host began (`joined`) a lock held elsewhere is RetryTransaction: once it has
    read, no waiting gets it the lock, for what it saw is out of date when the other is done.
    """
    try:
        yield
    except (SQLAlchemyError, *FAILURES) as error:
        problem = _ours(error)
        if joined and isinstance(problem, DatabaseBusy):
            problem = RetryTransaction(
                f"another connection has written since this transaction read; {_AGAIN}"
            )
        raise problem from error


def _ours(error: Exception) -> LoyaltyError:
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return RetryTransaction(f"the host's connection was lost; {_AGAIN}")
        if isinstance(error.orig, sqlite3.Error):
            return failure(error.orig)
    if isinstance(error, PendingRollbackError):
        return RetryTransaction(f"the host's transaction has failed already; {_AGAIN}")
    if isinstance(error, SQLAlchemyError):
        return UnsafeHost(f"the host's transaction cannot be used: {error}")
    return failure(error)


def whole_transaction_lost(error: BaseException) -> RetryTransaction:
    """For a failure at which SQLite rolled back more than our savepoint."""
    return RetryTransaction(f"SQLite rolled back the whole transaction ({error}); {_AGAIN}")
