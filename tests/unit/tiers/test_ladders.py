"""Which ladder is in force when."""

from __future__ import annotations

from loyalty_engine.tiers.ladders import Ladders
from tests.unit.tiers.member import ladder

OLD, NEW = ladder(), ladder(count="miles")
VERSIONS = Ladders.of([(300, NEW), (100, OLD), (200, None)])


def test_each_is_in_force_from_its_start_until_the_next_ones() -> None:
    assert [VERSIONS.at(instant) for instant in (99, 100, 199, 200, 299, 300, 10**9)] == [
        None, OLD, OLD, None, None, NEW, NEW,
    ]  # fmt: skip


def test_a_stretch_of_time_has_its_ladders_in_order_each_with_its_part() -> None:
    assert list(VERSIONS.between(0, 1000)) == [(OLD, 99, 199), (NEW, 299, 1000)]
    assert list(VERSIONS.between(150, 299)) == [(OLD, 150, 199)]
    assert list(VERSIONS.between(99, 100)) == [(OLD, 99, 100)]
    assert list(VERSIONS.between(98, 99)) == []
    assert list(VERSIONS.between(199, 299)) == []
    assert list(VERSIONS.between(400, 400)) == [(NEW, 400, 400)]


def test_the_currencies_that_any_of_them_counts_are_known() -> None:
    assert VERSIONS.currencies == {"credits", "miles"}
    assert Ladders().currencies == frozenset()
    assert Ladders().at(5) is None
