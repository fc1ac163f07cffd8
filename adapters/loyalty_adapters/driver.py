"""Opening a store by its URL."""

from __future__ import annotations

from pathlib import Path

from loyalty_adapters.memory.memory_driver import MemoryDriver
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.engine.ports.driver import Driver
from loyalty_engine.errors import InvalidCommand, StoreFailure

SUPPORTED = "sqlite:///file.db, sqlite:////absolute/file.db, sqlite:// (in memory) and memory://"


def open_driver(
    url: str, *, program: str | None = None, create: bool = True, synchronous: str = "FULL"
) -> Driver:
    """The driver of a database of ours; close it when done.

    `sqlite:///PATH` is a file, relative to the working directory unless it begins with a slash; `sqlite://`
    and `memory://` live as long as the driver. Without `create` a database that is missing is a failure and
    nothing is created. `synchronous` is what SQLite waits for at a commit: FULL survives a power cut.

    Raises InvalidCommand for a URL that is not supported, StoreFailure when the database cannot be opened
    or is none, SchemaMismatch when its tables are not those of this version.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest not in ("", "/:memory:"):
        return SqliteDriver(SqliteFile(_path(rest), synchronous), program=program, create=create)
    if scheme not in ("sqlite", "memory") or (scheme == "memory" and rest):
        # Only the scheme is repeated: the rest may hold a password.
        raise InvalidCommand(f"`{scheme[:40]}` is not a database we can open; supported are {SUPPORTED}")
    if not create:
        raise StoreFailure("a database in memory starts empty, and nothing may be created")
    if scheme == "memory":
        return MemoryDriver(program)
    return SqliteDriver(SqliteFile(None, synchronous), program=program)


def _path(rest: str) -> Path:
    """The file of what follows `sqlite://`."""
    if not rest.startswith("/") or len(rest) == 1 or "?" in rest:
        raise InvalidCommand(f"`sqlite://{rest}` does not name a file; write sqlite:///file.db")
    return Path(rest[1:]).absolute()
