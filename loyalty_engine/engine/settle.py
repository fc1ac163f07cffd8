"""Load - decide - save: the one path by which anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loyalty_engine.engine.command import Command, Outcome
from loyalty_engine.engine.desk import Desk
from loyalty_engine.engine.ports.store import Store
from loyalty_engine.errors import Refusal


def settle(store: Store, commands: Sequence[Command], recording_clock: Callable[[], int]) -> list[Outcome]:
    """Settle a batch in order, inside a write transaction that the caller began; one outcome each.

    A refusal adds no change, so it needs no rollback; a later command sees what an earlier one left.
    Only a failing store raises.
    """
    batch = store.load([command.ask() for command in commands])
    desk = Desk(batch, recording_clock())
    outcomes: list[Outcome] = []
    for command in commands:
        try:
            outcomes.append(command.decide(desk))
        except Refusal as refusal:
            outcomes.append(refusal)
    if not desk.changes.empty:
        store.save(desk.changes)
    return outcomes
