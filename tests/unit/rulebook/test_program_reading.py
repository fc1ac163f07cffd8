"""The settings of a program: what is written, what holds when nothing is, what a mistake leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyalty_engine.activity.field import Field
from loyalty_engine.calendar import Duration, to_instant
from loyalty_engine.rulebook.program import Basis, CurrencySettings, Program, ReturnSettings, Rounding
from tests.samples.rule_files import ACME, codes, load


def program(*texts: str) -> Program:
    loaded = load(*texts)
    assert loaded.rulebook is not None, loaded.diagnostics
    return loaded.rulebook.program


def test_the_example_of_the_documentation_is_read_whole() -> None:
    loaded = load(ACME)
    assert loaded.diagnostics == ()
    acme = program(ACME)
    assert (acme.name, acme.zone, acme.currency, acme.places) == ("acme-rewards", "Europe/Riga", "EUR", 2)
    assert acme.effective_at == to_instant(datetime(2026, 2, 28, 22, tzinfo=UTC))
    assert acme.currencies == (
        CurrencySettings("points", True, Duration(24, "months"), "month", Duration(14, "days")),
        CurrencySettings("credits", False, None, None, None, counts_tiers=True, mirrors="points"),
    )
    assert acme.fields == {"plan": Field("plan", "choice", "activity", ("S", "M", "L"))}
    assert acme.lists == {"no-earn": ("tobacco", "gift-card")}
    assert acme.returns == ReturnSettings("restore pro rata", "allow", "original expiry", None)


def test_what_is_not_said_has_its_default() -> None:
    plain = program()
    assert plain.basis == Basis(before_discounts=False, tax=False, shipping=False)
    assert plain.rounding == Rounding("rule", "down")
    assert plain.prices_include_tax
    assert plain.enrolment_open
    assert plain.returns == ReturnSettings()
    assert (plain.fields, plain.lists, plain.types) == ({}, {}, ())


def test_everything_can_be_said_otherwise() -> None:
    changed = program(
        "language: 1\nbasis: before discounts + shipping+tax\nprices: exclude tax\nenrolment: closed\n"
        "rounding: {site: activity, mode: half even}\ntypes: [car-wash, 洗车]\ncurrency: KWD\n"
        "returns: {spent_points: keep, deficit: clamp, restored_lots: reissue, within: 30 days}\n"
    )
    assert changed.basis == Basis(before_discounts=True, tax=True, shipping=True)
    assert changed.rounding == Rounding("activity", "half even")
    assert (changed.prices_include_tax, changed.enrolment_open) == (False, False)
    assert changed.returns == ReturnSettings("keep", "clamp", "reissue", Duration(30, "days"))
    assert changed.places == 3
    assert changed.activity_types[-2:] == ("car-wash", "洗车")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-01", datetime(2026, 2, 28, 22, tzinfo=UTC)),
        ("2026-03-01T08:30", datetime(2026, 3, 1, 6, 30, tzinfo=UTC)),
        ("2026-03-01 08:30:15", datetime(2026, 3, 1, 6, 30, 15, tzinfo=UTC)),
        ("2026-03-01T08:30:00Z", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),
        ("2026-03-01T08:30:00+05:30", datetime(2026, 3, 1, 3, 0, tzinfo=UTC)),
        ("2026-03-01T08:30:00 Asia/Shanghai", datetime(2026, 3, 1, 0, 30, tzinfo=UTC)),
        ("2026-03-01 UTC", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-29T03:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # skipped: the later
        ("2026-10-25T03:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # repeated: the earlier
    ],
)
def test_an_effective_time_is_the_programs_wall_clock_unless_it_says_more(
    written: str, instant: datetime
) -> None:
    assert program(f"effective: {written}").effective_at == to_instant(instant)


@pytest.mark.parametrize(
    "written",
    ["tomorrow", "2026-13-01", "2026-03-01T25:00", "2026-03-01T08:30:00+99:00", "1812-01-01", "9999-01-01"],
)
def test_an_effective_time_that_is_none_is_refused(written: str) -> None:
    assert codes(load(f"effective: {written}")) == ["R102"]


@pytest.mark.parametrize("zone", ["Riga", "Europe", "America/Argentina", "../etc/passwd", "localtime", "EST"])
def test_a_zone_is_one_of_the_iana_names(zone: str) -> None:
    assert codes(load(f"time_zone: {zone}")) == ["R103"]


def test_what_a_parser_of_activities_needs_comes_sorted_by_where_fields_stand() -> None:
    settings = program(
        "types: [car-wash]\nprices: exclude tax\nfields:\n  plan: {type: text}\n"
        "  own-brand: {type: boolean, on: line}\n  phone: {type: text, on: member, personal: true}\n"
    ).activity_settings
    assert settings.places == 2
    assert not settings.prices_include_tax
    assert {"purchase", "car-wash"} <= settings.types
    assert list(settings.activity_fields) == ["plan"]
    assert list(settings.line_fields) == ["own-brand"]
    assert settings.member_fields["phone"].personal


def test_the_first_spendable_currency_is_what_phrases_mean() -> None:
    two = program("points: {status: {spendable: false}, stars: {}, miles: {mirrors: stars}}")
    assert two.first_spendable.name == "stars"
    assert two.currency_settings("status") == CurrencySettings("status", spendable=False)
    assert two.currency_settings("gold") is None
    assert [one.name for one in two.currencies if one.mirrors == "stars"] == ["miles"]


def test_mistakes_of_the_program_and_of_the_rules_are_told_at_once() -> None:
    loaded = load(
        program="time_zone: Europe/Rega\ncurrency: euro\npoints: {points: {expires: soon}}\n"
        "fields: {plan: {type: txt}}\nlists: {no-earn: []}\n",
        accrual="accrual: {a: {when: {teir: gold, plan: S, total: '>= 5.001'}, lines: {category: $no-earn}}}",
    )
    assert codes(loaded) == ["R012", "R103", "R104", "R029", "R027", "R118"]


def test_what_stands_on_a_broken_field_or_list_is_not_a_mistake_of_its_own() -> None:
    loaded = load(
        "fields: {plan: {type: txt}}\nlists: {bad: []}\n"
        "accrual: {a: {when: {plan: '>= 3'}, lines: {category: $bad}}}"
    )
    assert codes(loaded) == ["R027", "R118"]


def test_a_program_may_be_written_in_chinese() -> None:
    loaded = load(
        "program: 会员计划\npoints: {积分: {expires: 24 months}, 成长值: {spendable: false, mirrors: 积分}}\n"
        "fields: {套餐: {type: choice, of: [畅享, 基础]}}\nlists: {不计: [烟草]}\n"
        "accrual: {基础: {when: {套餐: 畅享}, lines: {category: {not: $不计}}}}"
    )
    assert loaded.diagnostics == ()
    assert loaded.rulebook is not None
    assert loaded.rulebook.program.first_spendable.name == "积分"


def test_a_list_with_an_entry_that_is_no_value_is_reported_at_the_entry() -> None:
    loaded = load("lists: {a: [x, [y]]}\ntypes: [car-wash, {a: b}]\nfields: {f: {type: choice, of: x}}")
    assert codes(loaded) == ["R024", "R024", "R026"]


def test_types_of_activity_are_names_and_not_too_many() -> None:
    assert codes(load("types: [car wash]")) == ["R028"]
    assert codes(load("types: [" + ", ".join(f"t{i}" for i in range(1001)) + "]")) == ["R119"]
