"""Whatever a rule file holds, reading it gives diagnostics or a rulebook, in bounded time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty_engine.rulebook.load import load_rulebook
from loyalty_engine.rulebook.render import render_text
from loyalty_engine.rulebook.rulebook import Loaded
from tests.samples.rule_files import ACME, SECTIONS, load

TOKENS = st.sampled_from(
    [
        "{", "}", "[", "]", ":", ": ", ",", "- ", "? ", "\n", "\n  ", " ", "#", "&a ", "*a", "!x ", "<<: ",
        "|", ">", "'", '"', "---\n", "%YAML 1.1\n", "~", "$no-earn", "$", ">= ", "..", " .. ", "*", "not: ",
        "any: ", "when: ", "lines: ", "true", "9" * 400, "1e999", "-0", "0x1F", ".5", "2026-02-30", "24:00",
        "\u2028", "\x85", "\r", "\t", "\0", "\ufeff", "\ud800", "𝔘", "價", "e\u0301", "\U0010ffff", "\u202e",
    ]
)  # fmt: skip


def check(loaded: Loaded, files: dict[str, str | bytes]) -> None:
    """What holds of every answer."""
    assert (loaded.rulebook is None) == any(found.severity == "error" for found in loaded.diagnostics)
    texts = {
        name: content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        for name, content in files.items()
    }
    for found in loaded.diagnostics:
        assert found.mark.file in files
        assert found.mark.line >= 1
        assert found.mark.column >= 1
        assert found.mark.length >= 1
        assert found.as_json()["message"].isprintable()
    render_text(loaded.diagnostics, texts).encode("utf-8")


def check_text(text: str) -> None:
    files: dict[str, str | bytes] = {"a.yaml": text}
    check(load_rulebook(files, SECTIONS), files)


@given(st.binary(max_size=200))
def test_random_bytes(content: bytes) -> None:
    files: dict[str, str | bytes] = {"a.yaml": content, "b.yaml": ACME}
    check(load_rulebook(files, SECTIONS), files)


@given(st.text(max_size=200))
def test_random_text(text: str) -> None:
    check_text(text)


@given(st.lists(TOKENS, max_size=40).map("".join))
def test_random_punctuation(text: str) -> None:
    check_text(text)


@settings(max_examples=300)
@given(st.data())
def test_a_valid_file_with_a_piece_cut_out_doubled_or_replaced(data: st.DataObject) -> None:
    text = ACME
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        piece = data.draw(st.just("") | st.just(text[start:end] * 2) | TOKENS | st.text(max_size=5))
        text = text[:start] + piece + text[end:]
    check_text(text)


SCALARS = (
    st.text(max_size=12) | TOKENS | st.sampled_from(["0", "-1", "1" * 60, "true", "web", ">= 5", "1 .. 2"])
)
NODES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "program", "language", "effective", "time_zone", "currency", "points", "basis", "prices", "enrolment",
    "rounding", "fields", "lists", "types", "returns", "accrual", "tiers", "examples",
)  # fmt: skip


def written(node: object) -> str:
    """Any node as YAML in flow style, its texts quoted."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(written(item) for item in node) + "]"
    return "'" + str(node).replace("'", "''").replace("\n", "\n\n") + "'"


@settings(max_examples=200)
@given(st.sampled_from(KEYS), NODES)
def test_any_shape_under_any_top_level_key(key: str, node: object) -> None:
    loaded = load(f"{key}: {written(node)}\n")
    assert (loaded.rulebook is None) == any(found.severity == "error" for found in loaded.diagnostics)


@settings(max_examples=200)
@given(
    st.sampled_from(["channel", "total", "weekday", "first_of_type", "date", "at", "hour", "any", "not"]),
    NODES,
)
def test_any_shape_as_a_test_of_a_field(field: str, node: object) -> None:
    loaded = load(f"accrual: {{a: {{when: {{{field}: {written(node)}}}}}}}\n")
    assert (loaded.rulebook is None) == any(found.severity == "error" for found in loaded.diagnostics)


def rules(text: str, count: int) -> str:
    return "accrual:\n" + "".join(f"  r{i}: {text.format(i=i)}\n" for i in range(count))


ALTERNATIVES = ", ".join(f"{{amount: '{i}', total: '{i}'}}" for i in range(256))
EXCLUDED = ", ".join(f"{{amount: '{i}'}}" for i in range(480))
LIST = "lists: {big: [" + ", ".join(f"v{i}" for i in range(10_000)) + "]}\n"
HOSTILE = {
    "brackets": "[" * 2_000_000,
    "braces": "{a: " * 400_000,
    "question marks": "? " * 1_000_000,
    "dashes": "- " * 1_000_000,
    "exclamation marks": "!" * 2_000_000,
    "escapes": '"' + "\\x" * 900_000,
    "one long word": "a: " + "x" * 2_000_000,
    "newlines": "\n" * 2_000_000,
    "one key very often": "a: 1\n" * 190_000,
    "unknown fields": rules("{{when: {{typ{i}: purchase}}}}", 20_000),
    "a list used everywhere": LIST + rules("{{when: {{channel: $big, not: {{store: $big}}}}}}", 5_000),
    "a list against itself": LIST
    + rules("{{when: {{channel: $big, not: {{channel: [$big, x{i}]}}}}}}", 5_000),
    "alternatives": rules(
        "{{when: {{any: [" + ALTERNATIVES.replace("{", "{{").replace("}", "}}") + "]}}}}", 50
    ),
    "alternatives and exclusions": "accrual: {a: {when: {any: ["
    + ALTERNATIVES
    + "], not: {any: ["
    + EXCLUDED
    + "]}}}}",
    "a long number": rules("{{when: {{amount: '" + "9" * 500_000 + "'}}}}", 1),
    "a long number of blanks": rules(
        "{{when: {{amount: '" + "1. " * 200_000 + "', at: '2026-01-01" + " " * 200_000 + "x'}}}}", 1
    ),
    "a long phrase": "basis: net of discounts" + " + tax" * 100_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_in_bounded_time(name: str) -> None:
    start = time.process_time()
    loaded = load(HOSTILE[name])
    render_text(loaded.diagnostics, {"rules.yaml": HOSTILE[name]})
    assert time.process_time() - start < 20
