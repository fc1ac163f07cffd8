"""The ready programs are found in a checkout."""

from __future__ import annotations

from pathlib import Path

from loyalty_adapters.files.shipped_rules import shipped_rules, templates


def test_a_checkout_has_its_ready_programs_beside_the_core() -> None:
    root = Path(__file__).parents[3]
    assert shipped_rules() == root / "rules"


def test_a_template_is_a_folder_with_a_program() -> None:
    assert templates() == tuple(
        sorted(path.name for path in shipped_rules().iterdir() if (path / "program.yaml").is_file())
    )
