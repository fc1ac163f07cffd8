"""The history that a replay reads: several files in the order of time, opened before anything changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from loyalty_adapters.files import (
    InventedPolicy,
    RawRecord,
    load_invented_policy,
    load_mapping,
    merge_by_time,
    open_records,
    with_returns,
    with_spending,
)
from loyalty_engine.errors import InvalidFile


class History:
    """A context manager. `damage` is set when a file turns out damaged further in; the history ends there."""

    def __init__(self, paths: Sequence[Path], mapping: Path | None, invent: Path | None) -> None:
        """Raises InvalidFile when a file cannot be opened or is not what its name says."""
        described = None if mapping is None else load_mapping(mapping)
        self._policy = InventedPolicy() if invent is None else load_invented_policy(invent)
        self.damage: InvalidFile | None = None
        with ExitStack() as opened:
            self.files = [opened.enter_context(open_records(path, described)) for path in paths]
            self._opened = opened.pop_all()

    def records(self) -> Iterator[RawRecord]:
        """Every record by its time, with what is made up of returns and of payments with points."""
        stream = with_spending(with_returns(merge_by_time(self.files), self._policy), self._policy)
        try:
            yield from stream
        except InvalidFile as damage:
            self.damage = damage

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()
