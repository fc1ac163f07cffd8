"""The files of a program together: bytes, several files, one key in one place."""

from __future__ import annotations

import pytest

from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.top_level import TopLevel, read_top_level


def read(files: dict[str, str | bytes]) -> tuple[TopLevel, list[tuple[str, str, int, int]]]:
    report = Report()
    top = read_top_level(files, report)
    return top, [(d.code, d.mark.file, d.mark.line, d.mark.column) for d in report.diagnostics]


def test_bytes_and_text_are_read_alike_and_a_byte_order_mark_is_no_part_of_it() -> None:
    content = "program: café\n"
    by_text, _ = read({"a.yaml": content})
    by_bytes, _ = read({"a.yaml": content.encode()})
    with_mark, found = read({"a.yaml": b"\xef\xbb\xbf" + content.encode()})
    assert by_text == by_bytes == with_mark
    assert found == []


def test_bytes_that_do_not_decode_have_a_position() -> None:
    _, found = read({"a.yaml": "program: shop\n# 价格\ntypes: [caf".encode() + b"\xe9]\n"})
    assert found == [("R004", "a.yaml", 3, 12)]


def test_a_lone_surrogate_or_a_nul_has_a_position() -> None:
    _, found = read({"a.yaml": "a: \ud800\n", "b.yaml": "a: b\n\0", "c.yaml": "c: \ufeff\n"})
    assert found == [("R005", "a.yaml", 1, 4), ("R005", "b.yaml", 2, 1), ("R005", "c.yaml", 1, 4)]


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_a_line_end_that_editors_do_not_show_is_refused(sign: str) -> None:
    _, found = read({"a.yaml": f"program: shop\n# a comment{sign}prices: exclude tax\n"})
    assert found == [("R005", "a.yaml", 2, 12)]


def test_every_bad_file_gives_its_own_diagnostic() -> None:
    top, found = read({"b.yaml": "b: [", "a.yaml": "a: {", "c.yaml": "c: 1"})
    assert [(code, file) for code, file, _, _ in found] == [("R007", "a.yaml"), ("R007", "b.yaml")]
    assert list(top.members) == ["c"]
    assert not top.complete


def test_files_are_taken_in_the_order_of_their_names() -> None:
    one, _ = read({"b.yaml": "b: 1", "a.yaml": "a: 1"})
    other, _ = read({"a.yaml": "a: 1", "b.yaml": "b: 1"})
    assert list(one.members) == list(other.members) == ["a", "b"]


def test_lines_count_as_the_parser_counts_them() -> None:
    _, found = read({"a.yaml": "a: 1\r\nb: 2\rc: 3\na: 4\n"})
    assert found == [("R011", "a.yaml", 4, 1)]
