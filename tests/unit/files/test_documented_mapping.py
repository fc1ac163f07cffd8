"""Mapping files that pages show are mapping files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loyalty_adapters.files import load_mapping
from loyalty_adapters.files.mapping import ActivityFields, FileMapping, LineFields

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = DOCS / "reference" / "mapping-file.md"


@pytest.mark.parametrize("page", [DOCS / "how-to" / "replay-your-history.md", REFERENCE])
def test_mapping_files_on_a_page_are_read(page: Path, tmp_path: Path) -> None:
    examples = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    assert examples
    for text in examples:
        (tmp_path / "mapping.yaml").write_text(text)
        load_mapping(tmp_path / "mapping.yaml")


def test_the_reference_names_every_key() -> None:
    text = REFERENCE.read_text()
    for model in (FileMapping, ActivityFields, LineFields):
        for name in model.model_fields:
            assert f"`{name}`" in text or name == "folder"
