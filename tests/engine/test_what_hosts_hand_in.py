"""Times and receipts are taken and given in the forms that a host has at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from loyalty_adapters import open_engine
from loyalty_engine import Purchase, Return
from loyalty_engine.errors import InvalidCommand
from tests.engine.shop import MEMBER, Shop, moment, purchase, rule_files


def test_a_time_is_microseconds_or_an_aware_datetime_or_iso_text(shop: Shop) -> None:
    shop.buy("R-1", at="2026-03-01")
    noon = moment("2026-03-02")
    said = [shop.engine.balance(MEMBER, at=noon), shop.engine.balance(MEMBER, at=noon.isoformat())]
    assert said == [shop.engine.balance(MEMBER, at=int(noon.timestamp()) * 1_000_000)] * 2
    assert said[0]["currencies"]["points"]["available"] == 20


NAIVE = moment("2026-03-02").replace(tzinfo=None)


@pytest.mark.parametrize("at", [NAIVE, "2026-03-02T12:00", "tomorrow", 3.5, True])
def test_a_time_without_an_offset_or_that_is_none_is_refused(shop: Shop, at: object) -> None:
    shop.buy("R-1")
    with pytest.raises(InvalidCommand, match="at"):
        shop.engine.balance(MEMBER, at=at)  # type: ignore[arg-type]


def test_a_clock_may_say_the_time_as_a_datetime(tmp_path: Path) -> None:
    for name, text in rule_files().items():
        (tmp_path / name).write_text(text)
    with open_engine("memory://", rulebook=tmp_path, clock=lambda: moment("2026-03-05")) as engine:
        engine.record(purchase("R-1", at="2026-03-01"))
        assert engine.balance(MEMBER)["at"] == "2026-03-05T12:00:00+00:00"


def test_a_receipt_reads_like_its_document(shop: Shop) -> None:
    receipt = shop.engine.record(purchase("R-1"))
    assert receipt["totals"]["points"] == receipt.totals["points"] == 20
    assert set(receipt) == {"activity", "member", "entries", "totals", "balance", "tier", "rulebook"}


def test_an_activity_may_be_written_by_its_name(shop: Shop) -> None:
    common = {"source": "pos", "member": MEMBER}
    bought = shop.engine.record(Purchase(id="R-1", at="2026-03-01T12:00:00+00:00", amount="20.00", **common))
    back = shop.engine.record(Return(id="X-1", at="2026-03-02T12:00:00+00:00", of="R-1", **common))
    assert (bought.totals["points"], back.totals["points"]) == (20, -20)
