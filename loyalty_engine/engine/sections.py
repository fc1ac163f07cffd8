"""The sections of the rule language that this version evaluates, in the order they are read."""

from __future__ import annotations

from loyalty_engine.accrual.section import ACCRUAL
from loyalty_engine.redemption.section import REDEMPTION
from loyalty_engine.rulebook.section import Section
from loyalty_engine.tiers.section import TIERS

SECTIONS: tuple[Section, ...] = (TIERS, ACCRUAL, REDEMPTION)
