"""Where the time of a posting goes: parse, begin, load, decide, save, commit, and what is around them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from loyalty_adapters.sql.sqlite_store import SqliteStore
from loyalty_adapters.sql.write_connection import WriteConnection
from loyalty_engine.engine import loyalty_engine, settlement

_PLACES: tuple[tuple[str, Any, str], ...] = (
    ("parse", loyalty_engine, "command_for"),
    ("settle", settlement, "settle"),
    ("begin", WriteConnection, "begin"),
    ("load", SqliteStore, "load"),
    ("save", SqliteStore, "save"),
    ("commit", WriteConnection, "commit"),
)
STAGES = ("parse", "begin", "load", "decide", "save", "commit", "around")


@contextmanager
def stages() -> Iterator[dict[str, float]]:
    """Seconds of this thread's processor time by stage, complete when the context ends."""
    spent: dict[str, float] = defaultdict(float)
    with ExitStack() as patches:
        for name, owner, attribute in _PLACES:
            timed = _timed(name, getattr(owner, attribute), spent)
            patches.enter_context(patch.object(owner, attribute, timed))
        start = time.thread_time()
        yield spent
        total = time.thread_time() - start
    spent["decide"] = spent.pop("settle") - spent["load"] - spent["save"]
    spent["around"] = total - sum(spent.values())


def _timed(name: str, function: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*arguments, **named)
        finally:
            spent[name] += time.thread_time() - start

    return timed
