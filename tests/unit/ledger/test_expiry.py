"""How long points live, on the program's wall clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from loyalty_engine.calendar import Calendar, Duration
from loyalty_engine.ledger.expiry import Expiry, expires_at

RIGA = Calendar(ZoneInfo("Europe/Riga"))


def local(text: str) -> int:
    return RIGA.instant(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("setting", "earned", "dead"),
    [
        (Expiry(Duration(24, "months")), "2024-03-14T11:05", "2026-03-14T11:05"),
        (Expiry(Duration(1, "months")), "2026-01-31T10:00", "2026-02-28T10:00"),
        (Expiry(Duration(1, "months")), "2024-01-31T10:00", "2024-02-29T10:00"),
        (Expiry(Duration(12, "months"), "month"), "2025-03-14T11:05", "2026-04-01T00:00"),
        (Expiry(Duration(12, "months"), "month"), "2025-03-01T00:00", "2026-04-01T00:00"),
        (Expiry(Duration(12, "months"), "quarter"), "2025-03-14T11:05", "2026-04-01T00:00"),
        (Expiry(Duration(12, "months"), "half"), "2025-03-14T11:05", "2026-07-01T00:00"),
        (Expiry(Duration(12, "months"), "year"), "2025-03-14T11:05", "2027-01-01T00:00"),
        (Expiry(Duration(0, "years"), "year"), "2025-12-31T23:59", "2026-01-01T00:00"),
        (Expiry(Duration(30, "days")), "2026-03-14T03:30", "2026-04-13T03:30"),
    ],
)
def test_a_lot_is_dead_at(setting: Expiry, earned: str, dead: str) -> None:
    assert expires_at(setting, RIGA, local(earned)) == local(dead)


def test_a_month_keeps_the_wall_time_over_a_clock_change() -> None:
    before, after = local("2026-03-14T11:05"), local("2026-04-14T11:05")
    assert expires_at(Expiry(Duration(1, "months")), RIGA, before) == after
    assert after - before == (31 * 24 - 1) * 3_600_000_000


def test_the_end_of_a_month_is_local_midnight_not_midnight_utc() -> None:
    end = expires_at(Expiry(Duration(0, "months"), "month"), RIGA, local("2026-06-10T00:00"))
    assert end is not None
    assert RIGA.text(end) == "2026-07-01T00:00:00+03:00"


def test_without_a_setting_points_never_expire() -> None:
    assert expires_at(None, RIGA, local("2026-03-14T11:05")) is None
