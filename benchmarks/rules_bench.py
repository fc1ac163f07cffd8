"""Rule evaluation beside msgspec (the floor), the zen decision table and CEL, interleaved, in CPU time.

Ours decides: match, exact amounts, rounding, caps, stacks. The peers only match, on dictionaries that
were built beforehand, which favours them. Their answers are compared with ours before anything is timed.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import Any

from benchmarks.peers import Peer, peers
from benchmarks.row import Row
from benchmarks.rules_workload import RuleShape, Sample, program_text, rules, samples
from loyalty_engine.accrual.evaluate import evaluate
from loyalty_engine.accrual.explain import explain_accrual
from loyalty_engine.activity.activity import Activity
from loyalty_engine.activity.parse import parse_activity
from loyalty_engine.decision import Facts
from loyalty_engine.engine.intake import command_for
from loyalty_engine.engine.rulebook_loading import check
from loyalty_engine.engine.rulebooks import CompiledRulebook, Rulebooks

SIZES = (10, 100, 1000)
ROUNDS = 7
SLICE = 0.15  # CPU seconds of one contender in one round


@dataclass(frozen=True, slots=True)
class Contender:
    """Something that handles one item, and the items."""

    name: str
    handle: Callable[[Any], object]
    items: Sequence[Any]


def run(*, long: bool) -> list[Row]:
    """Every row of the `rules` benchmark."""
    data = samples(20_000 if long else 5_000)
    decided: dict[int, float] = {}
    rows: list[Row] = []
    for size in SIZES:
        shapes = rules(size)
        rows += _size(size, shapes, data, decided)
    if decided:
        growth = decided[1000] / decided[100]
        rows.append(Row("rules", "decide, 1000 rules against 100", decided[1000], "us", "100 rules", growth))
    return rows


def _size(size: int, shapes: list[RuleShape], data: list[Sample], decided: dict[int, float]) -> list[Row]:
    checked = check({"program.yaml": program_text(shapes)})
    if checked.compiled is None:
        raise SystemExit("\n".join(d.message for d in checked.diagnostics if d.severity == "error"))
    compiled = checked.compiled
    pairs = [(parse_activity(sample.body, compiled.settings), Facts(sample.member, {})) for sample in data]
    built, failed = _peers(size, shapes, data, compiled, pairs)
    contenders = [*_ours(compiled, data, pairs), *built]
    times = _interleaved(contenders)
    decided[size] = times["decide"]
    return [*_our_rows(size, times), *_peer_rows(size, times, built), *failed]


def _ours(
    compiled: CompiledRulebook, data: list[Sample], pairs: list[tuple[Activity, Facts]]
) -> list[Contender]:
    import msgspec

    plan, rulebooks = compiled.plan, Rulebooks.of([compiled])
    model = compiled.rulebook.models["stacks"]
    decode = msgspec.json.Decoder(_floor_type()).decode
    bodies = [(sample.body, Facts(sample.member, {})) for sample in data]

    def whole(item: tuple[bytes, Facts]) -> object:
        command = command_for(item[0], rulebooks, _at)
        return evaluate(plan, command.activity, item[1])

    return [
        Contender("floor", decode, [sample.body for sample in data]),
        Contender("match", lambda item: plan.matcher.match(*item), pairs),
        Contender("decide", lambda item: evaluate(plan, *item), pairs),
        Contender("whole", whole, bodies),
        Contender("explain", lambda item: explain_accrual(model, plan, *item), pairs),
    ]


def _at(at: int) -> int:
    return at


def _floor_type() -> Any:
    """The activity with every value typed: the time a datetime, money decimals."""
    import msgspec

    texts = [(name, str) for name in ("id", "sku", "category", "brand")]
    line = msgspec.defstruct("Line", [*texts, ("quantity", int), ("amount", Decimal)])
    heads = [(name, str) for name in ("type", "id", "source", "member", "channel", "store", "partner")]
    return msgspec.defstruct("Purchase", [*heads, ("at", datetime), ("lines", list[line])])  # type: ignore[valid-type]


def _peers(
    size: int,
    shapes: list[RuleShape],
    data: list[Sample],
    compiled: CompiledRulebook,
    pairs: list[tuple[Activity, Facts]],
) -> tuple[list[Contender], list[Row]]:
    """Peers whose answers agree with ours, and a row for each that cannot be built or disagrees."""
    built: list[Contender] = []
    failed: list[Row] = []
    flats = [sample.flat for sample in data]
    for peer in peers():
        metric = f"{peer.name}, {size} rules"
        try:
            match = peer.build(shapes)
            _cross_check(peer, match, flats, compiled, pairs)
        except Exception as error:  # noqa: BLE001 - a peer that fails, however, is a row that says so
            failed.append(
                Row("rules", metric, None, "us", note=f"failed: {type(error).__name__}: {str(error)[:80]}")
            )
            continue
        built.append(Contender(peer.name, match, flats))
    return built, failed


def _cross_check(
    peer: Peer,
    match: Callable[[Mapping[str, Any]], Sequence[int]],
    flats: list[dict[str, Any]],
    compiled: CompiledRulebook,
    pairs: list[tuple[Activity, Facts]],
) -> None:
    for flat, pair in list(zip(flats, pairs, strict=True))[:25]:
        mask = compiled.plan.matcher.match(*pair).rules
        ours = [bit for bit in range(mask.bit_length()) if mask >> bit & 1]
        theirs = sorted(match(flat))
        if ours != theirs:
            raise AssertionError(f"{peer.name} matches {theirs}, we match {ours}")


def _interleaved(contenders: Sequence[Contender]) -> dict[str, float]:
    """Median microseconds of CPU an item, each contender in turn in every round."""
    taken: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    counts = {contender.name: _count(contender) for contender in contenders}
    for _ in range(ROUNDS):
        for contender in contenders:
            items = contender.items[: counts[contender.name]]
            gc.collect()
            start = time.process_time()
            for item in items:
                contender.handle(item)
            taken[contender.name].append((time.process_time() - start) / len(items) * 1e6)
    return {name: median(several) for name, several in taken.items()}


def _count(contender: Contender) -> int:
    start, done = time.process_time(), 0
    while time.process_time() - start < SLICE / 5:
        contender.handle(contender.items[done % len(contender.items)])
        done += 1
    return max(2, min(len(contender.items), done * 5))


def _our_rows(size: int, times: Mapping[str, float]) -> list[Row]:
    floor = times["floor"]
    named = {
        "match": "match only",
        "decide": "decide",
        "whole": "bytes to decision",
        "explain": "decide with explanation",
    }
    rows = [Row("rules", f"msgspec decode, {size} rules", floor, "us")]
    rows += [
        Row("rules", f"{text}, {size} rules", times[name], "us", "msgspec decode", times[name] / floor)
        for name, text in named.items()
    ]
    return rows


def _peer_rows(size: int, times: Mapping[str, float], built: Sequence[Contender]) -> list[Row]:
    ours = times["decide"]
    return [
        Row(
            "rules",
            f"{peer.name}, {size} rules",
            times[peer.name],
            "us",
            "our decision",
            times[peer.name] / ours,
        )
        for peer in built
    ]
