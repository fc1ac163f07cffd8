"""Several files as one stream by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyalty_adapters.files import RawRecord, merge_by_time
from loyalty_adapters.files.timeline import occurred_at

START = datetime(2026, 1, 1, tzinfo=UTC)


def record(file: str, line: int, minutes: int | None) -> RawRecord:
    if minutes is None:
        return RawRecord(file, line, None, "cannot be read")
    return RawRecord(file, line, {"at": (START + timedelta(minutes=minutes)).isoformat()})


def stream(file: str, minutes: list[int | None]) -> list[RawRecord]:
    return [record(file, line, minute) for line, minute in enumerate(minutes, start=1)]


def test_records_come_by_their_time_and_ties_by_the_order_of_the_files() -> None:
    merged = merge_by_time([stream("a", [1, 3, 5]), stream("b", [1, 2, 5])])
    assert [(r.file, r.line) for r in merged] == [("a", 1), ("b", 1), ("b", 2), ("a", 2), ("a", 3), ("b", 3)]


def test_at_one_instant_a_return_comes_after_the_purchase_it_may_be_of() -> None:
    back = RawRecord("a", 1, {"at": START.isoformat(), "type": "return"})
    bought = RawRecord("b", 1, {"at": START.isoformat(), "type": "purchase"})
    assert list(merge_by_time([[back], [bought]])) == [bought, back]


def test_a_record_without_time_follows_the_one_before_it() -> None:
    merged = merge_by_time([stream("a", [None, 1, None, 9]), stream("b", [2, 8])])
    assert [(r.file, r.line) for r in merged] == [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2), ("a", 4)]


def test_times_are_compared_as_instants_not_as_text() -> None:
    early = RawRecord("a", 1, {"at": "2026-01-01T12:00:00+05:00"})
    late = RawRecord("b", 1, {"at": "2026-01-01T08:00:00+00:00"})
    assert list(merge_by_time([[late], [early]])) == [early, late]


def test_what_has_no_readable_time_has_none() -> None:
    for at in (None, 5, "", "yesterday", "2026-01-01T12:00:00", "0001-01-01T00:00:00+23:59"):
        assert occurred_at(RawRecord("a", 1, {"at": at})) in (None, -62135683140000000)
    assert occurred_at(RawRecord("a", 1, {})) is None


MINUTES = st.lists(st.none() | st.integers(0, 20), max_size=8)


@given(st.lists(MINUTES, max_size=4))
def test_nothing_is_lost_and_each_file_keeps_its_order(files: list[list[int | None]]) -> None:
    streams = [stream(str(number), minutes) for number, minutes in enumerate(files)]
    merged = list(merge_by_time(streams))
    assert sorted(merged, key=lambda r: (int(r.file), r.line)) == [r for s in streams for r in s]
    for number, original in enumerate(streams):
        assert [r for r in merged if r.file == str(number)] == original


@given(st.lists(st.lists(st.integers(0, 20), max_size=8).map(sorted), max_size=4))
def test_sorted_files_give_a_sorted_stream(files: list[list[int]]) -> None:
    merged = merge_by_time([stream(str(n), list(minutes)) for n, minutes in enumerate(files)])
    times = [occurred_at(r) or 0 for r in merged]
    assert times == sorted(times)
