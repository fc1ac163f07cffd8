"""Connections that a child process inherited by a fork and must never touch.

Closing one, or letting it be collected, would act on files that the parent process uses.
"""

from __future__ import annotations

import sqlite3

_inherited: list[sqlite3.Connection] = []


def keep_for_ever(connection: sqlite3.Connection) -> None:
    """Keep a connection from being collected for as long as this process lives."""
    _inherited.append(connection)
