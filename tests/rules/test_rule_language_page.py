"""The examples of the reference page are programs that load without a doubt and give what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loyalty_engine.engine.rulebook_loading import check

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "rule-language.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(.*?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = [text for kind, text in BLOCKS if kind == "yaml program"]


def keys(text: str) -> dict[str, str]:
    """Top-level keys with their text."""
    parts = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if part}


def completed(text: str) -> str:
    """With the keys of the page's first program that this one leaves out."""
    return "".join((keys(PROGRAMS[0]) | keys(text)).values())


def test_no_example_on_the_page_goes_unchecked() -> None:
    assert len(PROGRAMS) >= 8
    assert {kind for kind, _ in BLOCKS} == {"yaml program"}


@pytest.mark.parametrize("text", PROGRAMS, ids=lambda text: "-".join(keys(text)))
def test_a_program_on_the_page_is_right(text: str) -> None:
    checked = check({"page.yaml": completed(text)})
    assert [f"{found.mark.line}: {found.message}" for found in checked.diagnostics] == []
    assert checked.examples
    assert all(example.passed for example in checked.examples)
    assert checked.unreached == ()
