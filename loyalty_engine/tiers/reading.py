"""Reading the `tiers:` section: the ladder and its settings, typed against the program's currencies."""

from __future__ import annotations

from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.duration import always_longer, parse_duration
from loyalty_engine.rulebook.expect import block_of, parsed, required, text_of, word_of
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Node
from loyalty_engine.rulebook.program import CurrencySettings, Program
from loyalty_engine.rulebook.section import SectionInput
from loyalty_engine.tiers.ladder import (
    CALENDAR_YEAR,
    CROSSINGS,
    END_OF_NEXT_PERIOD,
    END_OF_PERIOD,
    LANDINGS,
    RETURNED_UPGRADES,
    Ladder,
)
from loyalty_engine.tiers.steps_reading import check_tier_keys, read_steps

RETURNED_UPGRADE = ("returned_upgrade", "returned upgrade")  # either way of writing it
KEYS = ("count", "period", "valid", "grace", "landing", "crossing", *RETURNED_UPGRADE, "ladder")
_WHOLE_DAYS = ("days", "weeks", "months", "years")
_YEAR = Duration(1, "years")


def read_tiers(given: SectionInput) -> Ladder | None:
    """The ladder, None when there is none or it has mistakes; they go to the report."""
    member = given.members["tiers"]
    report, program = given.context.report, given.context.program
    block = block_of(member.node, "`tiers`", report) if member else None
    if member is None or block is None:
        return None
    check_tier_keys(block, KEYS, "`tiers`", report)
    count = _count(required(block, "count", "`tiers`", member.mark, report), program, report)
    period = parsed(
        required(block, "period", "`tiers`", member.mark, report), _period, "`period`", report, code="R507"
    )
    valid = _valid(block.get("valid"), period, report)
    grace = parsed(block.get("grace"), parse_duration, "`grace`", report)
    ladder = block_of(required(block, "ladder", "`tiers`", member.mark, report), "`ladder`", report)
    tiers = read_steps(ladder, count, program, report) if ladder else ()
    landing = word_of(block.get("landing"), LANDINGS, "`landing`", report)
    crossing = word_of(block.get("crossing"), CROSSINGS, "`crossing`", report)
    returned = _returned_upgrade(block, report)
    if period is None or valid is None or count is None:
        return None
    _check_grace(block.get("grace"), grace, valid, report)
    _check_life(block.get("count"), count, period, report)
    return Ladder(
        count=count.name,
        calendar=program.calendar,
        tiers=tiers,
        period=period,
        valid=valid,
        grace=grace,
        landing=landing or LANDINGS[0],
        crossing=crossing or CROSSINGS[0],
        returned_upgrade=returned or RETURNED_UPGRADES[0],
    )


def _count(node: Node | None, program: Program, report: Report) -> CurrencySettings | None:
    text = text_of(node, "`count`", report)
    if text is None:
        return None
    found = program.currency_settings(text.value)
    if found is None:
        names = [currency.name for currency in program.currencies]
        report.error("R501", text.mark, name=text.value, help=did_you_mean(text.value, names))
    elif found.spendable and not found.counts_tiers:
        report.error("R505", text.mark, name=text.value)
        return None
    return found


def _period(text: str) -> Duration | str:
    """A period of the rule file. Raises ValueError with a sentence for the reader."""
    kind, _, length = text.partition(" ")
    if kind == "rolling":
        return _whole_days(length)
    if text != CALENDAR_YEAR:
        raise ValueError(f"`{text[:40]}` is no period that credits can be counted in")
    return text


def _whole_days(text: str) -> Duration:
    length = parse_duration(text)
    if length.unit not in _WHOLE_DAYS:
        raise ValueError(f"`{text.strip()[:40]}` is no length in whole days")
    return length


def _valid(node: Node | None, period: Duration | str | None, report: Report) -> Duration | str | None:
    """How long a tier is valid; None and reported when it cannot be, None too when the period is unknown."""
    valid = parsed(node, _validity, "`valid`", report, code="R513")
    if valid is None:
        return None if node is not None or period is None else _standard_validity(period)
    if isinstance(valid, str) and isinstance(period, Duration) and node is not None:
        report.error("R508", node.mark, text=valid)
    return valid


def _standard_validity(period: Duration | str) -> Duration | str:
    return period if isinstance(period, Duration) else END_OF_NEXT_PERIOD


def _validity(text: str) -> Duration | str:
    if text in (END_OF_PERIOD, END_OF_NEXT_PERIOD):
        return text
    return _whole_days(text)


def _returned_upgrade(block: Block, report: Report) -> str | None:
    first, second = (block.get(key) for key in RETURNED_UPGRADE)
    if first is not None and second is not None:
        marks = sorted(member.mark for member in block if member.key in RETURNED_UPGRADE)
        report.error("R011", marks[1], key=RETURNED_UPGRADE[0], line=marks[0].line)
    return word_of(first or second, RETURNED_UPGRADES, "`returned_upgrade`", report)


def _check_grace(node: Node | None, grace: Duration | None, valid: Duration | str, report: Report) -> None:
    term = valid if isinstance(valid, Duration) else _YEAR
    if grace is not None and node is not None and not always_longer(term, grace):
        report.error("R511", node.mark, grace=str(grace), term=str(term))


def _check_life(node: Node | None, count: CurrencySettings, period: Duration | str, report: Report) -> None:
    """Doubt credits that are dead while they still count."""
    window, life = period if isinstance(period, Duration) else _YEAR, count.expires
    if node is None or life is None or count.expires_at_end_of == "year":
        return
    if always_longer(window, life):
        report.warning("R512", node.mark, name=count.name, expires=str(life), period=str(window))
