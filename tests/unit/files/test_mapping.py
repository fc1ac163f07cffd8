"""Mapping files: every mistake is named, with its line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from loyalty_adapters.files import load_mapping
from loyalty_engine.errors import InvalidFile

WHOLE = """\
group: receipt
zone: Europe/Riga
constants: {type: purchase, source: pos}
activity:
  id: receipt
  member: card
  at: time
lines:
  amount: total
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(textwrap.dedent(text))
    return path


def test_a_mapping_is_read(tmp_path: Path) -> None:
    mapping = load_mapping(write(tmp_path, WHOLE))
    assert mapping.group == "receipt"
    assert str(mapping.zone) == "Europe/Riga"
    assert mapping.activity.member == "card"
    assert mapping.lines is not None
    assert mapping.lines.amount == "total"
    assert mapping.folder == tmp_path


def test_values_stay_text(tmp_path: Path) -> None:
    text = WHOLE.replace("source: pos", "source: no, store: 0123, channel: 1e3")
    constants = load_mapping(write(tmp_path, text)).constants
    assert (constants.source, constants.store, constants.channel) == ("no", "0123", "1e3")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "  amount: total",
            "  amout: total",
            r":9: lines\.amout: there is no such key; did you mean `amount`\?",
        ),
        ("group: receipt", "gruop: receipt", r":1: gruop: there is no such key; did you mean `group`\?"),
        ("Europe/Riga", "Europe/Rigga", r":2: zone: there is no time zone `Europe/Rigga`"),
        ("Europe/Riga", "../../etc/passwd", r":2: zone: there is no time zone"),
        ("  at: time", "  store: time", "nothing says what `at` is"),
        ("  at: time", "  at: time\n  amount: sum", "lines or an amount of its own, not both"),
        ("lines:\n  amount: total", "", "`lines` does not say what a row of a group is"),
        ("  at: time", "  at:", ":7: activity.at: "),
        ("  at: time", "  at: [a, b]", ":7: activity.at: "),
        ("zone: Europe/Riga", "money: cents", ":2: money: .*minor units"),
        ("zone: Europe/Riga", "places: two", ":2: places: "),
        ("zone: Europe/Riga", "delimiter: ';;'", ":2: delimiter: "),
        ("zone: Europe/Riga", "group: other", ":2: `group` stands twice"),
        ("zone: Europe/Riga", "zone: &z Europe/Riga", ":2: anchors and aliases are not read"),
        ("zone: Europe/Riga", "zone: [", "mapping.yaml:"),
        ("zone: Europe/Riga", "? [a]\n: b", "a key must be text"),
        ("zone: Europe/Riga", "lookups: {goods: {file: goods.csv}}", ":2: lookups.goods.*"),
        (WHOLE, "", "nothing says"),
        (WHOLE, "- a", "a mapping is expected"),
        (WHOLE, "[" * 5000, "mapping.yaml"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in WHOLE
    with pytest.raises(InvalidFile, match=says):
        load_mapping(write(tmp_path, WHOLE.replace(old, new)))


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    text = WHOLE.replace("group:", "gruop:").replace("amount:", "amout:")
    with pytest.raises(InvalidFile) as caught:
        load_mapping(write(tmp_path, text))
    assert len(caught.value.message.splitlines()) == 2


def test_a_file_that_is_missing_too_large_or_no_text_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="No such file"):
        load_mapping(tmp_path / "mapping.yaml")
    (tmp_path / "mapping.yaml").write_bytes(b"\xff")
    with pytest.raises(InvalidFile, match="not UTF-8"):
        load_mapping(tmp_path / "mapping.yaml")
    (tmp_path / "mapping.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(InvalidFile, match="larger"):
        load_mapping(tmp_path / "mapping.yaml")
