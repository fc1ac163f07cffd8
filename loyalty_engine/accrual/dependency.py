"""In which order stacks are decided: a stack that is read by a percentage comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from loyalty_engine.accrual.rule import AccrualRule, Stack


class Cycle(ValueError):
    """Stacks that are percentages of each other; `names` are those on the way round."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


def in_dependency_order(stacks: Sequence[Stack], rules: Sequence[AccrualRule]) -> tuple[Stack, ...]:
    """Stacks such that each comes after those it reads, else in file order. Raises Cycle."""
    reads: Mapping[str, set[str]] = {stack.name: set() for stack in stacks}
    for rule in rules:
        if rule.earn.stack is not None and rule.stack in reads:
            reads[rule.stack].add(rule.earn.stack)
    try:
        TopologicalSorter(reads).prepare()
    except CycleError as error:
        raise Cycle(error.args[1]) from None
    ordered: list[Stack] = []
    placed: set[str] = set()
    waiting = list(stacks)
    while waiting:
        ready = next(stack for stack in waiting if reads[stack.name] <= placed)
        waiting.remove(ready)
        ordered.append(ready)
        placed.add(ready.name)
    return tuple(ordered)
