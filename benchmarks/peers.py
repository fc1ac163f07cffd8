"""Rule engines of others on the same rules: matching only, the way their documentation says is fastest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.rules_workload import RuleShape, Test

LINE_FIELDS = ("category", "brand", "sku")
Match = Callable[[Mapping[str, Any]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer by name, and how it is made of rules; `build` raises when it cannot be had."""

    name: str
    build: Callable[[list[RuleShape]], Match]


def peers() -> tuple[Peer, ...]:
    """Every peer of the `rules` benchmark."""
    return (
        Peer("zen decision table", _zen_table),
        Peer("CEL (C++)", _cel_cpp),
        Peer("CEL (Rust)", _cel_rust),
    )


def _tests(shape: RuleShape) -> list[Test]:
    """All conditions of a rule, by the peers' names; a window is a range of days."""
    tests = [replace(test, field="kind") if test.field == "type" else test for test in shape.tests]
    if shape.window:
        tests.append(Test("day", low=shape.window[0].toordinal(), high=shape.window[1].toordinal()))
    return tests


def _quoted(values: Sequence[str], quote: str) -> str:
    return ", ".join(f"{quote}{value}{quote}" for value in values)


def _zen_table(shapes: list[RuleShape]) -> Match:
    import zen

    fields = sorted({test.field for shape in shapes for test in _tests(shape)} | set(LINE_FIELDS))
    rows = []
    for position, shape in enumerate(shapes):
        row = {"_id": f"x{position}", "out": str(position), **{f"in-{field}": "" for field in fields}}
        for test in _tests(shape):
            row[f"in-{test.field}"] = _zen_cell(test)
        if shape.line:
            row[f"in-{shape.line.field}"] = f"some($, # in [{_quoted(shape.line.values, chr(39))}])"
        rows.append(row)
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": f"in-{field}", "name": field, "field": field} for field in fields],
        "outputs": [{"id": "out", "name": "out", "field": "rule"}],
        "rules": rows,
    }
    place = {"x": 0, "y": 0}
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": place},
            {"id": "t", "name": "t", "type": "decisionTableNode", "position": place, "content": table},
            {"id": "out", "name": "out", "type": "outputNode", "position": place},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "t", "type": "edge"},
            {"id": "e2", "sourceId": "t", "targetId": "out", "type": "edge"},
        ],
    }
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"t": graph}}})
    return lambda flat: [int(found["rule"]) for found in engine.evaluate("t", dict(flat))["result"]]


def _zen_cell(test: Test) -> str:
    if test.values:
        return _quoted(test.values, '"')
    return f">= {test.low}" if test.high is None else f"[{test.low}..{test.high}]"


def _cel_expression(shape: RuleShape) -> str:
    parts = []
    for test in _tests(shape):
        if test.values:
            parts.append(f"{test.field} in [{_quoted(test.values, chr(39))}]")
        else:
            parts.append(f"{test.field} >= {test.low}")
            if test.high is not None:
                parts.append(f"{test.field} <= {test.high}")
    if shape.line:
        parts.append(f"{shape.line.field}.exists(x, x in [{_quoted(shape.line.values, chr(39))}])")
    return " && ".join(parts) or "true"


def _cel_cpp(shapes: list[RuleShape]) -> Match:
    from cel_expr_python import cel

    texts = dict.fromkeys(("kind", "channel", "partner", "tier", "weekday"), cel.Type.STRING)
    numbers = dict.fromkeys(("tenure_months", "total", "hour", "day"), cel.Type.INT)
    lists = {field: cel.Type.List(cel.Type.STRING) for field in LINE_FIELDS}
    environment = cel.NewEnv(variables={**texts, **numbers, **lists})
    whole = environment.compile("[" + ", ".join(f"({_cel_expression(shape)})" for shape in shapes) + "]")
    return lambda flat: [i for i, holds in enumerate(whole.eval(data=dict(flat)).plain_value()) if holds]


def _cel_rust(shapes: list[RuleShape]) -> Match:
    import cel

    whole = cel.compile("[" + ", ".join(f"({_cel_expression(shape)})" for shape in shapes) + "]")
    return lambda flat: [i for i, holds in enumerate(whole.execute(cel.Context(dict(flat)))) if holds]
