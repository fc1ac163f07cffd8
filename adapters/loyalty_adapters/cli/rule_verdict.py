"""What checking and testing rule files gave, as data and for a person."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.rule_files import RuleFiles
from loyalty_engine.engine.rulebooks import CompiledRulebook
from loyalty_engine.rulebook.render import render_text


def loads_as(rules: CompiledRulebook | None) -> dict[str, Any]:
    """Program, effective and hash of what the files load as; nothing when they do not."""
    if rules is None:
        return {"program": None, "effective": None, "hash": None}
    program = rules.program
    effective = program.calendar.text(program.effective_at)
    return {"program": program.name, "effective": effective, "hash": rules.hash}


def check_data(files: RuleFiles) -> dict[str, Any]:
    """The document of `rules check --json`."""
    checked = files.checked
    return {
        "ok": checked.compiled is not None,
        **loads_as(checked.candidate),
        "diagnostics": [found.as_json() for found in checked.diagnostics],
        "examples": [result.as_json() for result in checked.examples],
    }


def check_verdict(files: RuleFiles) -> str:
    """One line: whether the files are fit to decide, and as what."""
    checked = files.checked
    counts = Counter(found.severity for found in checked.diagnostics)
    found = _counted(counts["error"], "error"), _counted(counts["warning"], "warning")
    said = ", ".join(count for count in found if count)
    if checked.candidate is None:
        return f"{files.path}: {said}"
    data = loads_as(checked.candidate)
    verdict = "ok" if checked.compiled is not None else "examples fail"
    passed = sum(result.passed for result in checked.examples)
    number = len(checked.examples)
    examples = f"{passed} of {number} examples hold" if number else "no examples"
    parts = [
        verdict,
        *([said] if said else []),
        examples,
        f"effective {data['effective']}",
        f"hash {data['hash']}",
    ]
    return f"{data['program']}: {', '.join(parts)}"


def example_data(files: RuleFiles) -> dict[str, Any]:
    """The document of `rules test --json`."""
    checked = files.checked
    return {
        "ok": checked.compiled is not None and bool(checked.examples),
        "examples": [result.as_json() for result in checked.examples],
        "unreached": list(checked.unreached),
        "diagnostics": [found.as_json() for found in checked.diagnostics if found.severity == "error"],
    }


def example_list(files: RuleFiles) -> list[RenderableType]:
    """Each example with its verdict, the failures at their places, the rules that none reached."""
    checked = files.checked
    if not checked.examples:
        return ["There are no examples, so nothing was tested; write some under `examples:`."]
    shown = [f"{'ok    ' if result.passed else 'FAILED'}  {result.name}" for result in checked.examples]
    failures = [found for found in checked.diagnostics if found.severity == "error"]
    if failures:
        shown += ["", render_text(failures, files.texts)]
    if checked.unreached:
        shown.append(f"No example reaches: {', '.join(checked.unreached)}")
    failed = sum(not result.passed for result in checked.examples)
    return [*shown, f"{_counted(len(checked.examples), 'example')}, {failed or 'none'} failed"]


def _counted(number: int, what: str) -> str:
    """`1 error`, `2 errors`; nothing for 0."""
    return f"{number} {what}{'s' if number != 1 else ''}" if number else ""
