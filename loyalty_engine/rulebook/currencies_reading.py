"""Reads `points:`, the currencies of points."""

from __future__ import annotations

from dataclasses import replace

from loyalty_engine.calendar import Duration
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Mark, Report
from loyalty_engine.rulebook.duration import always_longer, parse_duration
from loyalty_engine.rulebook.expect import (
    block_of,
    boolean_of,
    known_keys,
    named,
    parsed,
    text_of,
    word_of,
)
from loyalty_engine.rulebook.near import did_you_mean
from loyalty_engine.rulebook.node import Block, Member, Node
from loyalty_engine.rulebook.program import LIFE_ENDS, CurrencySettings

MOST_CURRENCIES = 50

_KEYS = ("spendable", "expires", "at", "pending", "counts", "mirrors")
_ENDS = {f"end of {period}": period for period in LIFE_ENDS}

register(
    {
        "R105": ("`points` declares no currency", "declare one: points: {{spendable: true, expires: never}}"),
        "R120": ("`points` declares too many currencies: {count}", f"declare at most {MOST_CURRENCIES}"),
        "R106": ("no currency of points is spendable", "give one of them `spendable: true`"),
        "R107": ("there is no currency `{mirrored}` to mirror", "name another currency of `points:`"),
        "R108": ("`{name}` mirrors `{mirrored}`, which is {why}", "mirror a currency that is awarded itself"),
        "R109": (
            "`{name}` can expire before it is released: {expires} against {pending} of waiting",
            "let points live longer than they are pending",
        ),
        "R110": ("`{name}` never expires, so `at` has no meaning", "add `expires:`, or remove `at`"),
        "R111": ("`{name}` mirrors `{mirrored}` and is pending as long as that", "remove `pending` here"),
    }
)

FALLBACK = CurrencySettings("points")
"""Stands in for currencies that could not be read, so that the rest can be checked."""


def read_currencies(node: Node | None, report: Report) -> tuple[CurrencySettings, ...]:
    """Every currency in the file's order, with defaults where a setting has a mistake; never empty."""
    block = block_of(node, "`points`", report)
    if block is None:
        return (FALLBACK,)
    if not block.members:
        report.error("R105", block.mark)
        return (FALLBACK,)
    if len(block.members) > MOST_CURRENCIES:
        report.error("R120", block.mark, count=len(block.members))
        return (FALLBACK,)
    read = {member.key: (member, _currency(member, report)) for member in block if named(member, report)}
    checked = tuple(_checked(member, settings, read, report) for member, settings in read.values())
    if checked and not any(settings.spendable for settings in checked):
        report.error("R106", block.mark)
    return checked or (FALLBACK,)


def _currency(member: Member, report: Report) -> CurrencySettings:
    name = member.key
    block = block_of(member.node, f"`{name}`", report) or Block(member.mark, ())
    known_keys(block, _KEYS, f"`{name}`", report)
    spendable = boolean_of(block.get("spendable"), "`spendable`", report)
    end = word_of(block.get("at"), tuple(_ENDS), "`at`", report)
    mirrors = text_of(block.get("mirrors"), "`mirrors`", report)
    return CurrencySettings(
        name=name,
        spendable=True if spendable is None else spendable,
        expires=parsed(block.get("expires"), _expiry, "`expires`", report),
        expires_at_end_of=None if end is None else _ENDS[end],
        pending=parsed(block.get("pending"), parse_duration, "`pending`", report),
        counts_tiers=word_of(block.get("counts"), ("tiers",), "`counts`", report) is not None,
        mirrors=None if mirrors is None else mirrors.value,
    )


def _expiry(text: str) -> Duration | None:
    return None if text == "never" else parse_duration(text)


def _checked(
    member: Member,
    settings: CurrencySettings,
    read: dict[str, tuple[Member, CurrencySettings]],
    report: Report,
) -> CurrencySettings:
    """The settings against those of the other currencies."""
    settings = _check_mirror(member, settings, read, report)
    pending = read[settings.mirrors][1].pending if settings.mirrors else settings.pending
    if settings.expires and pending and not always_longer(settings.expires, pending):
        lengths = {"expires": str(settings.expires), "pending": str(pending)}
        report.error("R109", _mark(member, "expires"), name=member.key, **lengths)
    if settings.expires_at_end_of and _expires_never(member):
        report.error("R110", _mark(member, "at"), name=member.key)
    return settings


def _check_mirror(
    member: Member,
    settings: CurrencySettings,
    read: dict[str, tuple[Member, CurrencySettings]],
    report: Report,
) -> CurrencySettings:
    mirrored, mark = settings.mirrors, _mark(member, "mirrors")
    if mirrored is None:
        return settings
    if mirrored not in read:
        others = [name for name in read if name != member.key]
        report.error("R107", mark, mirrored=mirrored, help=did_you_mean(mirrored, others))
        return replace(settings, mirrors=None)
    if mirrored == member.key or read[mirrored][1].mirrors is not None:
        why = "itself" if mirrored == member.key else "a mirror too"
        report.error("R108", mark, name=member.key, mirrored=mirrored, why=why)
        return replace(settings, mirrors=None)
    if settings.pending is not None:
        report.error("R111", _mark(member, "pending"), name=member.key, mirrored=mirrored)
    return settings


def _expires_never(member: Member) -> bool:
    node = member.node.get("expires") if isinstance(member.node, Block) else None
    return node is None or getattr(node, "value", "") == "never"


def _mark(member: Member, key: str) -> Mark:
    """Where a setting of the currency stands."""
    node = member.node.get(key) if isinstance(member.node, Block) else None
    return member.mark if node is None else node.mark
