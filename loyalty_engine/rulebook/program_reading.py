"""Reads everything that stands at a program's top, and goes on with stand-ins after a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from loyalty_engine.calendar import EARLIEST, Calendar
from loyalty_engine.money import exponent
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.currencies_reading import read_currencies
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import is_name, parsed, text_of
from loyalty_engine.rulebook.fields import FieldRegistry
from loyalty_engine.rulebook.lists_reading import read_lists, read_types
from loyalty_engine.rulebook.moment import parse_moment, zone_of
from loyalty_engine.rulebook.node import Member, Node
from loyalty_engine.rulebook.own_fields_reading import OwnFields, read_own_fields
from loyalty_engine.rulebook.program import Program
from loyalty_engine.rulebook.settings_reading import (
    read_basis,
    read_enrolment_open,
    read_prices_include_tax,
    read_returns,
    read_rounding,
)

MANDATORY_KEYS = ("program", "effective", "time_zone", "currency", "points")
OPTIONAL_KEYS = (
    "language",
    "basis",
    "prices",
    "enrolment",
    "rounding",
    "fields",
    "lists",
    "types",
    "returns",
)
PROGRAM_KEYS = MANDATORY_KEYS + OPTIONAL_KEYS
LANGUAGE = "1"

_UNKNOWN_MONEY = 4  # decimal places while the currency has a mistake: the most there are
_FALLBACK_ZONE = "UTC"

register(
    {
        "R101": ("{what}: {problem}", "write `language: 1`, or leave it out"),
        "R102": ("{what}: {problem}", "write a day or a time, with a zone if it is not the program's"),
        "R103": ("{what}: {problem}", "write the name of the zone that the program's days follow"),
        "R104": ("{what}: {problem}", "write the ISO 4217 code of the money, such as EUR"),
    }
)


class ReadProgram(NamedTuple):
    """The program as far as it could be read; `report` says whether it is whole."""

    program: Program
    fields: FieldRegistry
    broken_lists: frozenset[str]


def read_program(members: Mapping[str, Member], report: Report) -> ReadProgram:
    """The program's settings from the top-level keys; mistakes are reported, absent keys are not."""
    nodes = {key: members[key].node if key in members else None for key in PROGRAM_KEYS}
    zone = parsed(nodes["time_zone"], zone_of, "`time_zone`", report, code="R103") or ZoneInfo(_FALLBACK_ZONE)
    calendar = Calendar(zone)
    parsed(nodes["language"], _language, "`language`", report, code="R101")
    own, lists = read_own_fields(nodes["fields"], report), read_lists(nodes["lists"], report)
    currency = parsed(nodes["currency"], _currency, "`currency`", report, code="R104")
    effective = parsed(
        nodes["effective"], lambda text: parse_moment(text, calendar), "`effective`", report, code="R102"
    )
    program = Program(
        name=_name(nodes["program"], report),
        effective_at=EARLIEST if effective is None else effective,
        calendar=calendar,
        zone=zone.key,
        currency=currency or "XXX",
        places=_UNKNOWN_MONEY if currency is None else exponent(currency),
        currencies=read_currencies(nodes["points"], report),
        basis=read_basis(nodes["basis"], report),
        prices_include_tax=read_prices_include_tax(nodes["prices"], report),
        enrolment_open=read_enrolment_open(nodes["enrolment"], report),
        rounding=read_rounding(nodes["rounding"], report),
        fields=own.fields,
        lists=lists.values,
        types=read_types(nodes["types"], report),
        returns=read_returns(nodes["returns"], report),
    )
    return ReadProgram(program, _registry(program, own), lists.broken)


def _registry(program: Program, own: OwnFields) -> FieldRegistry:
    return FieldRegistry.of(program.activity_types, own.fields.values(), own.broken)


def _name(node: Node | None, report: Report) -> str:
    text = text_of(node, "`program`", report)
    if text is None:
        return "program"
    if not is_name(text.value):
        report.error("R028", text.mark, text=text.value)
    return text.value


def _language(text: str) -> str:
    if text != LANGUAGE:
        raise ValueError(f"this version reads language {LANGUAGE}, not `{text[:40]}`")
    return text


def _currency(text: str) -> str:
    if re.fullmatch("[A-Z]{3}", text, re.ASCII) is None:
        raise ValueError(f"`{text[:40]}` is not the code of a currency")
    return text
