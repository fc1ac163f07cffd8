"""Reads the `redemption:` section: each offer typed against the program's fields, money and currencies."""

from __future__ import annotations

from collections.abc import Container

from loyalty_engine.redemption.catalogue import Catalogue, Offer
from loyalty_engine.redemption.reward import Reward
from loyalty_engine.redemption.reward_reading import REWARD_KEYS, read_reward
from loyalty_engine.redemption.shared_reading import read_shared
from loyalty_engine.redemption.tender import PointsTender
from loyalty_engine.redemption.tender_reading import TENDER_KEYS, read_tender
from loyalty_engine.redemption.wording import MOST_OFFERS
from loyalty_engine.rulebook.context import ReadingContext
from loyalty_engine.rulebook.diagnostic import Report
from loyalty_engine.rulebook.expect import block_of, known_keys, named
from loyalty_engine.rulebook.node import Block, Member
from loyalty_engine.rulebook.test import RangeTest
from loyalty_engine.rulebook.window_reading import Window
from loyalty_engine.rulebook.witness import satisfiable

LATER_KEYS = ("stock",)
"""Settings that a later version reads."""

_ALL_OF_THEM = "total"  # in what an example gives
_EVERY_KEY = tuple(dict.fromkeys((*REWARD_KEYS, *TENDER_KEYS)))


class OffersReader:
    """Reads the offers of one program; every mistake goes to the context's report."""

    def __init__(self, context: ReadingContext, rules: Container[str]) -> None:
        """`context` has the fields that conditions of offers may test; `rules` are names already taken."""
        self._context = context
        self._report = context.report
        self._rules = rules
        self._paying: str | None = None  # the first offer that is a tender

    def read(self, member: Member | None) -> Catalogue:
        """Every offer without a mistake, in file order."""
        block = block_of(member.node, "`redemption`", self._report) if member else None
        if block is not None and len(block.members) > MOST_OFFERS:
            self._report.error("R615", block.mark, count=len(block.members))
            block = None
        read = [self._offer(entry) for entry in block or () if named(entry, self._report)]
        tender = next((offer for offer in read if isinstance(offer, PointsTender)), None)
        rewards = {offer.name: offer for offer in read if isinstance(offer, Reward)}
        return Catalogue(tender, rewards, self._context.fields.when)

    def _offer(self, entry: Member) -> Offer | None:
        if entry.key in self._rules:
            self._report.error("R611", entry.mark, name=entry.key)
        if entry.key == _ALL_OF_THEM:
            self._report.error("R618", entry.mark, name=entry.key)
        block = block_of(entry.node, f"`{entry.key}`", self._report)
        if block is None:
            return None
        worth = block.get("worth")
        if (worth is None) is (block.get("cost") is None):
            self._report.error("R600" if worth is None else "R601", entry.mark, name=entry.key)
            _check_keys(block, _EVERY_KEY, f"`{entry.key}`", self._report)
            return None
        keys = REWARD_KEYS if worth is None else TENDER_KEYS
        _check_keys(block, keys, f"`{entry.key}`", self._report)
        shared = read_shared(block, self._context)
        self._doubt_ended(entry.key, block, shared.active)
        if worth is None:
            return read_reward(entry.key, block, shared, self._context)
        self._note_tender(entry)
        return read_tender(entry.key, worth, block, shared, self._context)

    def _doubt_ended(self, name: str, block: Block, active: Window) -> None:
        """Warn of a window in which no instant lies from which on these rules decide."""
        since = RangeTest(self._context.program.effective_at)
        node = block.get("active")
        if node is not None and not satisfiable(self._context.fields.when["at"], (*active.tests, since)):
            self._report.warning("R619", node.mark, name=name)

    def _note_tender(self, entry: Member) -> None:
        if self._paying is not None:
            self._report.error("R610", entry.mark, name=entry.key, first=self._paying)
        self._paying = self._paying or entry.key


def _check_keys(block: Block, keys: tuple[str, ...], what: str, report: Report) -> None:
    later = tuple(member for member in block if member.key in LATER_KEYS)
    for member in later:
        report.error("R616", member.mark, key=member.key)
    basket = block.member("lines")
    if basket is not None:
        report.error("R617", basket.mark)
    rest = tuple(member for member in block if member not in later and member is not basket)
    known_keys(Block(block.mark, rest), keys, what, report)
