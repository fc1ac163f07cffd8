"""The wording of diagnostics, and the page of the reference that lists it."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_engine.rulebook.catalogue import register, render
from loyalty_engine.rulebook.catalogue_page import catalogue_page

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "diagnostics.md"


def test_the_page_lists_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == catalogue_page(), "run scripts/write_reference.py"


def test_a_code_means_one_thing() -> None:
    register({"R012": ("there is no field `{name}`", "correct the name, or declare it under `fields:`")})
    with pytest.raises(ValueError, match="R012 is taken"):
        register({"R012": ("something else", "")})


def test_parameters_are_filled_in_and_never_read_as_a_template() -> None:
    assert render("R012", {"name": "{0}{name}"})[0] == "there is no field `{0}{name}`"
