"""Reads the settings that every offer may have: `when`, `active`, `hold`, `currency`, `title`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.condition import Condition
from loyalty_engine.rulebook.condition_reading import read_condition
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.duration import parse_duration
from loyalty_engine.rulebook.expect import parsed, text_of, titles_of
from loyalty_engine.rulebook.fields import WHEN
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Node
from loyalty_engine.rulebook.window_reading import Window, read_window

SHARED_KEYS = ("when", "active", "hold", "currency", "title")
HOLD = Duration(30, "minutes")
"""How long a reservation waits for its capture, unless the offer says otherwise."""


class Shared(NamedTuple):
    """What every offer has; condition and currency are None where they have a mistake."""

    condition: Condition | None
    active: Window
    hold: Duration
    currency: str | None
    title: Mapping[str, str]


def read_shared(block: Block, context: ReadingContext) -> Shared:
    """The settings of one offer, with their defaults; mistakes are reported."""
    return Shared(
        condition=read_condition(block.get("when"), WHEN, context),
        active=read_window(block.get("active"), context),
        hold=parsed(block.get("hold"), parse_duration, "`hold`", context.report) or HOLD,
        currency=_currency(block.get("currency"), context),
        title=titles_of(block.get("title"), context.report),
    )


def _currency(node: Node | None, context: ReadingContext) -> str | None:
    """The first spendable currency unless another is named."""
    program = context.program
    text = text_of(node, "`currency`", context.report)
    if text is None:
        return program.first_spendable.name if node is None else None
    settings = program.currency_settings(text.value)
    if settings is None:
        spendable = [currency.name for currency in program.currencies if currency.spendable]
        context.report.error("R608", text.mark, name=text.value, help=did_you_mean(text.value, spendable))
    elif not settings.spendable:
        context.report.error("R609", text.mark, name=text.value)
    return text.value
