"""Standing on the transaction that a host has under way: that it is one, is here, and holds the lock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session, scoped_session

from loyalty_adapters.sql.early_savepoints import commits_by_itself
from loyalty_adapters.sql.host_failure import told
from loyalty_adapters.sql.tables import PREFIX
from loyalty_engine.errors import InvalidCommand, UnsafeHost

SUPPORTED = "a SQLAlchemy Session or Connection; AsyncSession and AsyncConnection with open_async_engine"
_FILE = "loyalty_engine.file"
# Changes nothing, and takes the lock that a transaction of BEGIN DEFERRED has not yet.
_TAKE_LOCK = f"UPDATE {PREFIX}schema_version SET version = version WHERE 0"


def check_kind(host: object) -> None:
    """Raise InvalidCommand unless this is what a host may hand us."""
    if not isinstance(host, Session | scoped_session | Connection):
        raise InvalidCommand(
            f"a {type(host).__name__} is no host that we can join; supported are {SUPPORTED}"
        )


def connection_of(host: Any, database: Path) -> Connection:
    """The connection that a host works on, in a transaction as far as SQLAlchemy knows.

    Raises UnsafeHost when it is to another database, or when nobody would ever commit on it.
    """
    with told(joined=False):
        connection: Connection = host if isinstance(host, Connection) else host.connection()
        if not connection.in_transaction():
            connection.begin()  # what the host's own first statement would do
    _check_database(connection, database)
    if not begun(connection) and _never_begins(connection):
        raise UnsafeHost("the host's connection is in autocommit: there is no transaction to join")
    if commits_by_itself(connection):
        raise UnsafeHost(
            "the host opened a savepoint before its driver sent BEGIN, so releasing it would commit; call "
            "`within` or write something before the first savepoint, or let SQLAlchemy send BEGIN"
        )
    return connection


def begun(connection: Connection) -> bool:
    """Whether the driver is in a transaction: SQLAlchemy may only intend to be in one."""
    with told():
        return bool(_driver(connection).in_transaction)


def take_lock(connection: Connection) -> None:
    """Take the database's write lock in a transaction that the host has begun.

    Before anything is read: nobody can then write between our reading and our writing. Raises
    RetryTransaction when the transaction has read before and somebody wrote since.
    """
    with told():
        connection.exec_driver_sql(_TAKE_LOCK)


def send_begin(connection: Connection) -> None:
    """Send the BEGIN that a lazy driver would send only before a statement that writes.

    A savepoint in its place would be the outermost one, and its release a commit. Raises DatabaseBusy when
    somebody holds the lock for too long.
    """
    with told(joined=False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _check_database(connection: Connection, ours: Path) -> None:
    if connection.dialect.name != "sqlite" or not hasattr(_driver(connection), "in_transaction"):
        raise UnsafeHost(
            f"the host is on {connection.dialect.name} by {connection.dialect.driver}, not on SQLite"
        )
    if _FILE not in connection.info:
        with told():
            rows = connection.exec_driver_sql("PRAGMA database_list").all()
        connection.info[_FILE] = next(row[2] for row in rows if row[1] == "main")
    theirs = connection.info[_FILE]
    if not _same_file(theirs, ours):
        name = theirs or "a database in memory"
        raise UnsafeHost(f"the host's transaction is on {name}, and the engine is on {ours}")


def _same_file(theirs: str, ours: Path) -> bool:
    try:
        return bool(theirs) and ours.samefile(theirs)
    except OSError:
        return False


def _never_begins(connection: Connection) -> bool:
    """Whether the driver leaves BEGIN to somebody who has not sent it."""
    driver = _driver(connection)
    plain = getattr(driver, "_conn", driver)  # aiosqlite does not pass the attribute on
    return driver.isolation_level is None or getattr(plain, "autocommit", None) is True


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
