"""Load - decide - save: the one path by which anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from loyalty_engine.activity.activity import MemberRef
from loyalty_engine.engine.command import Command, Outcome
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.ports.store import Ask, Store
from loyalty_engine.errors import Refusal

_Part = list[tuple[Command, Ask]]


def settle(store: Store, commands: Sequence[Command], recording_clock: Callable[[], int]) -> list[Outcome]:
    """Settle a batch in order, inside a write transaction that the caller began; one outcome each.

    A refusal adds no change, so it needs no rollback; a later command sees what an earlier one left.
    Only a failing store raises.
    """
    recorded_at = recording_clock()
    outcomes: list[Outcome] = []
    for part in _parts(commands):
        desk = Desk(store.load([ask for _, ask in part]), recorded_at)
        outcomes += [_decided(command, desk) for command, _ in part]
        if not desk.changes.empty:
            store.save(desk.changes)
    return outcomes


def _parts(commands: Sequence[Command]) -> Iterator[_Part]:
    """The batch, cut where a command names its member by what one before it may have linked.

    Whose account that is, is known only when the link is saved; so it is loaded then.
    """
    part: _Part = []
    linked: set[MemberRef] = set()
    for command in commands:
        ask = command.ask()
        if ask.member in linked:
            yield part
            part, linked = [], set()
        part.append((command, ask))
        linked.update(ask.identities)
    if part:
        yield part


def _decided(command: Command, desk: Desk) -> Outcome:
    try:
        return command.decide(desk)
    except Refusal as refusal:
        return refusal
