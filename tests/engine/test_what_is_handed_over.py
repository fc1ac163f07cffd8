"""Arguments that are no instants, lists or yes and no: told as such, and nothing changes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from loyalty_engine.errors import InvalidCommand
from tests.engine.shop import MEMBER, OpenShop, instant, moment, purchase


@pytest.mark.parametrize("said", [True, 1.5, "noon", Decimal(1), 10**30, None, datetime(2026, 3, 1)])  # noqa: DTZ001
def test_when_activities_were_received_is_an_instant(open_shop: OpenShop, said: Any) -> None:
    shop = open_shop()
    (outcome,) = shop.engine.record_many([purchase("R-1")], received_at=lambda at: said)
    assert isinstance(outcome, InvalidCommand)
    assert shop.engine.status()["counts"]["members"] == 0


def test_an_aware_datetime_says_when_as_well_as_microseconds_do(open_shop: OpenShop) -> None:
    shop = open_shop()
    received: Any = lambda at: moment("2026-03-02")  # noqa: E731
    (receipt,) = shop.engine.record_many([purchase("R-1")], received_at=received)
    assert not isinstance(receipt, Exception)
    assert receipt.balance["at"] == "2026-03-02T12:00:00+00:00"


@pytest.mark.parametrize("said", [None, 1, 1.5, "x", b"x", {}])
def test_activities_are_a_list(open_shop: OpenShop, said: Any) -> None:
    with pytest.raises(InvalidCommand):
        open_shop().engine.record_many(said)


def test_when_they_were_received_is_asked_of_a_function(open_shop: OpenShop) -> None:
    with pytest.raises(InvalidCommand):
        open_shop().engine.record_many([purchase("R-1")], received_at=instant("2026-03-01"))  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [None, 0, "", [], {}, "no"])
def test_a_dry_run_is_said_with_true_or_false(open_shop: OpenShop, said: Any) -> None:
    shop = open_shop()
    with pytest.raises(InvalidCommand):
        shop.engine.review_tiers(instant("2026-01-01"), dry_run=said)
    with pytest.raises(InvalidCommand):
        shop.engine.holds(MEMBER, all=said)
