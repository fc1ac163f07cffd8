"""The pages hold together: links lead somewhere, examples are read, versions agree."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.tidy.house_rules import ROOT, text_files

PAGES = [path for path in text_files() if path.suffix == ".md"]
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def dead_links(page: Path, text: str) -> list[str]:
    targets = [link.partition("#")[0] for link in LINK.findall(text)]
    return [
        target for target in targets if target and "://" not in target and not (page.parent / target).exists()
    ]


def blocks(page: str, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall((ROOT / page).read_text()) if kind == language]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert dead_links(page, page.read_text()) == []


def test_a_dead_link_would_be_seen() -> None:
    assert dead_links(ROOT / "README.md", "[a](docs/no-such-page.md)") == ["docs/no-such-page.md"]


def missing_files(text: str) -> list[str]:
    """Files of the project that a page names in backticks and that are not there."""
    named = re.findall(r"`((?:[\w.]+/)+[\w.]+\.(?:py|md|yaml|toml))`", text)
    return [name for name in named if not (ROOT / name).exists()]


def test_the_architecture_names_files_that_are_there() -> None:
    assert missing_files((ROOT / "ARCHITECTURE.md").read_text()) == []
    assert missing_files("see `loyalty_engine/no_such.py`") == ["loyalty_engine/no_such.py"]


def test_every_page_under_docs_is_reached_from_its_index() -> None:
    """By following links from docs/README.md, so that no page is lost."""
    reached: set[Path] = set()
    waiting = [ROOT / "docs" / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached or page.suffix != ".md" or not page.exists():
            continue
        reached.add(page)
        waiting += [page.parent / link.partition("#")[0] for link in LINK.findall(page.read_text())]
    assert [
        str(p.relative_to(ROOT)) for p in PAGES if p.is_relative_to(ROOT / "docs") and p not in reached
    ] == []


def test_activities_on_a_page_are_json() -> None:
    for text in blocks("docs/how-to/replay-your-history.md", "json"):
        for line in text.splitlines():
            assert json.loads(line)["type"] == "purchase"


def test_the_notice_has_the_figures_of_the_data() -> None:
    """The figures that the tests of the data hold stand in its notice."""
    notice = (ROOT / "examples" / "complete_journey" / "NOTICE.md").read_text()
    for figure in ("300", "19,674", "187,257", "575,194.37", "3,461.52", "700 lines"):
        assert figure in notice


def test_the_changelog_knows_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert f"## {version}" in changelog or "## Unreleased" in changelog
