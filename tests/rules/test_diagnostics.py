"""Bad rule files and what is said about them, word for word: diagnostics/*.yaml, and large files here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from loyalty_engine.engine.sections import SECTIONS as LANGUAGE
from loyalty_engine.rulebook.catalogue import entries
from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.render import render_text
from loyalty_engine.rulebook.yaml_tree import MOST_NODES
from tests.samples.rule_files import SECTIONS, codes, completed

FAMILIES = ("redemption", "tiers")  # files whose cases the whole language reads, with a rule that earns
EARNING = {"accrual.yaml": "accrual: {base-earn: {stack: base, earn: 1 point per 1.00}}\n"}
CASES: list[dict[str, Any]] = [
    {"file": file.stem, **case}
    for file in sorted((Path(__file__).parent / "diagnostics").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]


def numbered(text: str, count: int) -> str:
    return ", ".join(text.format(i) for i in range(count))


LARGE: dict[str, Mapping[str, str | bytes]] = {
    "R001": {},
    "R002": {"a.yaml": "#" * (2 * 1024 * 1024 + 1)},
    "R003": {f"{name}.yaml": "#" * 2 * 1024 * 1024 for name in "abcdef"},
    "R004": {"a.yaml": "program: café\n".encode("latin-1")},
    "R015": {"a.yaml": "accrual: " + "[" * 60 + "]" * 60},
    "R016": {"a.yaml": "types: [" + numbered("t{}", MOST_NODES) + "]"},
    "R031": {"a.yaml": "lists: {l: [" + numbered("v{}", 10_001) + "]}"},
    "R032": {"a.yaml": "\n".join(f"key{i}: 1" for i in range(600))},
    "R119": {"a.yaml": "fields: {f: {type: choice, of: [" + numbered("v{}", 1001) + "]}}"},
    "R120": {"a.yaml": "points: {" + numbered("c{}: {{}}", 51) + "}"},
    "R208": {
        "a.yaml": "lists: {l: [" + numbered("v{}", 10_000) + "]}\n"
        "accrual: {" + numbered("r{0}: {{when: {{channel: [$l, v{0}]}}}}", 200) + "}"
    },
    "R219": {
        "a.yaml": "accrual: {"
        + ", ".join(f"r{r}: {{when: {{any: [{numbered('{{channel: c{}}}', 200)}]}}}}" for r in range(101))
        + "}"
    },
    "R215": {"a.yaml": "accrual: {r: {when: {any: [" + numbered("{{channel: c{}}}", 257) + "]}}}"},
    "R615": {"a.yaml": "redemption: {" + numbered("r{}: {{cost: 1 point}}", 1001) + "}", **EARNING},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['code']} {case['case']}")
def test_a_bad_file_gives_this_diagnostic(case: dict[str, Any]) -> None:
    of_family = case["file"] in FAMILIES
    given = {**EARNING, **case["given"]} if of_family else case["given"]
    files = given if case.get("complete") is False else completed(given)
    loaded = load_rulebook(files, LANGUAGE if of_family else SECTIONS)
    texts = {name: str(text) for name, text in files.items()}
    assert render_text(loaded.diagnostics, texts) == case["says"]
    assert case["code"] in codes(loaded)
    assert (loaded.rulebook is None) == any(d.severity == "error" for d in loaded.diagnostics)


@pytest.mark.parametrize("code", LARGE)
def test_a_file_beyond_the_limits_gives_this_code(code: str) -> None:
    files = completed(LARGE[code]) if LARGE[code] else {}
    loaded = load_rulebook(files, LANGUAGE if code.startswith("R6") else SECTIONS)
    assert set(codes(loaded)) - {"R019"} == {code}
    assert loaded.rulebook is None


def test_too_many_alternatives_in_all_are_told_once() -> None:
    block = "{any: [" + numbered("{{channel: c{}}}", 200) + "]}"
    rules = "accrual: {" + ", ".join(f"r{r}: {{when: {block}}}" for r in range(110)) + "}"
    assert codes(load_rulebook(completed({"a.yaml": rules}), SECTIONS)) == ["R219"]


def test_every_code_of_these_rooms_has_a_case() -> None:
    shown = {case["code"] for case in CASES} | LARGE.keys()
    ours = {code for code in entries() if code[:2] in ("R0", "R1", "R2", "R5", "R6")}
    assert shown == ours
