"""JSON lines: what is read, what is a problem, and that reading goes on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty_adapters.files import Records, open_records
from loyalty_adapters.files.jsonl import LONGEST_LINE, parse_object
from loyalty_engine.errors import InvalidFile

GOOD = b'{"type": "purchase", "id": "R-1"}'


def read(path: Path, content: bytes) -> Records:
    path.write_bytes(content)
    return open_records(path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.JSONL", "a.jsonl.gz"])
def test_every_line_is_one_record_with_its_number(tmp_path: Path, name: str) -> None:
    content = GOOD + b"\n\n" + GOOD.replace(b"R-1", b"R-2") + b"\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with open_records(path) as records:
        found = list(records)
    assert [(r.file, r.line, r.raw and r.raw["id"], r.problem) for r in found] == [
        (str(path), 1, "R-1", None),
        (str(path), 3, "R-2", None),
    ]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b'{"type": ', "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"id": "\xff"}', "not UTF-8 at byte 9"),
        (b'{"id": "1", "id": "2"}', "`id` stands twice"),
        (b'{"lines": [{"sku": "1", "sku": "2"}]}', "`sku` stands twice"),
        (b'{"amount": NaN}', "NaN"),
        (b'{"amount": -Infinity}', "-Infinity"),
        (b'{"amount": 1e999}', "too large"),
        (b'{"amount": ' + b"9" * 5000 + b"}", "too large"),
        (b'{"id": "\\ud800"}', "surrogate"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"id": "' + b"x" * LONGEST_LINE + b'"}', "longer than"),
    ],
)
def test_a_bad_line_is_a_problem_and_the_rest_goes_on(tmp_path: Path, bad: bytes, says: str) -> None:
    first, broken, last = read(tmp_path / "a.jsonl", GOOD + b"\n" + bad + b"\n" + GOOD + b"\n")
    assert broken.raw is None
    assert broken.line == 2
    assert says in (broken.problem or "")
    assert (first.raw, last.raw, last.line) == (json.loads(GOOD), json.loads(GOOD), 3)


def test_a_last_line_without_its_end_is_read_when_it_is_whole(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", GOOD)
    assert record.problem is None


def test_a_last_line_that_is_cut_off_says_so(tmp_path: Path) -> None:
    _, cut = read(tmp_path / "a.jsonl", GOOD + b"\n" + GOOD[:-5])
    assert "the file ends in this line" in (cut.problem or "")


def test_numbers_stay_numbers_for_the_parser_to_judge(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", b'{"quantity": 2, "amount": 84.5, "bag": true, "none": null}')
    assert record.raw == {"quantity": 2, "amount": 84.5, "bag": True, "none": None}


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    found = list(read(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + GOOD + b"\r\n" + GOOD + b"\r\n"))
    assert [r.problem for r in found] == [None, None]


def test_an_escaped_pair_of_surrogates_is_text(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", b'{"id": "\\ud83d\\ude00"}')
    assert record.raw == {"id": "\U0001f600"}


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert list(read(tmp_path / "a.jsonl", b"")) == []


@pytest.mark.parametrize(
    "name", ["missing.jsonl", "missing.jsonl.gz", "missing.csv", "missing.parquet", "a.txt"]
)
def test_a_file_that_is_not_there_or_of_no_known_kind_is_invalid_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidFile, match=name):
        open_records(tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(InvalidFile):
        open_records(tmp_path / "a.jsonl")


def test_a_packed_file_that_is_not_packed_is_invalid_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(GOOD)
    with pytest.raises(InvalidFile, match=r"a\.jsonl\.gz"):
        open_records(tmp_path / "a.jsonl.gz")


def test_a_packed_file_that_is_cut_off_is_invalid_where_it_ends(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"id": "%d"}\n' % i for i in range(50_000)), mtime=0)
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    seen = 0
    with pytest.raises(InvalidFile, match="cut off"):
        for _ in open_records(tmp_path / "a.jsonl.gz"):
            seen += 1
    assert seen > 1000


def test_progress_counts_the_stored_bytes(tmp_path: Path) -> None:
    content = (GOOD + b"\n") * 20_000
    path = tmp_path / "a.jsonl"
    records = read(path, content)
    assert (records.progress.unit, records.progress.total, records.progress.done) == (
        "bytes",
        len(content),
        0,
    )
    next(records)
    assert 0 < records.progress.done < len(content)
    assert sum(1 for _ in records) == 19_999
    assert records.progress.done == len(content)


def test_closing_ends_the_records(tmp_path: Path) -> None:
    records = read(tmp_path / "a.jsonl", GOOD + b"\n" + GOOD)
    next(records)
    records.close()
    assert list(records) == []


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(line: bytes) -> None:
    try:
        value = parse_object(line)
    except ValueError as error:
        assert str(error)
    else:
        assert isinstance(value, dict)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\u00e9", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text("abc", max_size=3), JSON, max_size=4))
def test_every_json_object_is_read_as_it_was_written(value: dict[str, object]) -> None:
    assert parse_object(json.dumps(value).encode()) == value
