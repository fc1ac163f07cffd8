"""Reads the program's small settings: `basis`, `prices`, `enrolment`, `rounding`, `returns`."""

from __future__ import annotations

import re

from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.duration import parse_duration
from loyalty_engine.rulebook.expect import block_of, known_keys, parsed, word_of
from loyalty_engine.rulebook.node import Node
from loyalty_engine.rulebook.program import ROUNDING_MODES, ROUNDING_SITES, Basis, ReturnSettings, Rounding

PRICES = ("include tax", "exclude tax")
ENROLMENT = ("open", "closed")
SPENT_POINTS = ("restore pro rata", "keep")
DEFICIT = ("allow", "clamp", "refuse")
RESTORED_LOTS = ("original expiry", "reissue")

_BASIS = re.compile(r"(net of|before) discounts((?: ?\+ ?(?:tax|shipping))*)")

register(
    {
        "R112": (
            "{what}: {problem}",
            "write `net of discounts` or `before discounts`, then, if wanted, `+ tax` and `+ shipping`",
        )
    }
)


def read_basis(node: Node | None, report: Report) -> Basis:
    """What proportional awards are computed on; net of discounts unless said."""
    return parsed(node, parse_basis, "`basis`", report, code="R112") or Basis()


def parse_basis(text: str) -> Basis:
    """The basis of a phrase such as `before discounts + tax`. Raises ValueError."""
    match = _BASIS.fullmatch(" ".join(text.split()))
    parts = re.findall("tax|shipping", match[2]) if match else []
    if match is None or len(parts) != len(set(parts)):
        raise ValueError(f"`{text[:60]}` cannot be read")
    return Basis(match[1] == "before", "tax" in parts, "shipping" in parts)


def read_prices_include_tax(node: Node | None, report: Report) -> bool:
    """Whether amounts contain their tax; so unless said."""
    return word_of(node, PRICES, "`prices`", report) != "exclude tax"


def read_enrolment_open(node: Node | None, report: Report) -> bool:
    """Whether a first activity enrols its member; so unless said."""
    return word_of(node, ENROLMENT, "`enrolment`", report) != "closed"


def read_rounding(node: Node | None, report: Report) -> Rounding:
    """Where and how points become whole; once for each rule, down, unless said."""
    block = block_of(node, "`rounding`", report)
    if block is None:
        return Rounding()
    known_keys(block, ("site", "mode"), "`rounding`", report)
    return Rounding(
        word_of(block.get("site"), ROUNDING_SITES, "`site`", report) or "rule",
        word_of(block.get("mode"), ROUNDING_MODES, "`mode`", report) or "down",
    )


def read_returns(node: Node | None, report: Report) -> ReturnSettings:
    """What a return does to points."""
    block = block_of(node, "`returns`", report)
    standard = ReturnSettings()
    if block is None:
        return standard
    known_keys(block, ("spent_points", "deficit", "restored_lots", "within"), "`returns`", report)
    spent = word_of(block.get("spent_points"), SPENT_POINTS, "`spent_points`", report)
    deficit = word_of(block.get("deficit"), DEFICIT, "`deficit`", report)
    restored = word_of(block.get("restored_lots"), RESTORED_LOTS, "`restored_lots`", report)
    return ReturnSettings(
        spent_points=spent or standard.spent_points,
        deficit=deficit or standard.deficit,
        restored_lots=restored or standard.restored_lots,
        within=parsed(block.get("within"), parse_duration, "`within`", report),
    )
