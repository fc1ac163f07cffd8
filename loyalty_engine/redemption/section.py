"""The `redemption` section of a rule file, as the family registers it."""

from __future__ import annotations

from dataclasses import replace

from loyalty_engine.redemption.catalogue import Catalogue
from loyalty_engine.redemption.describe import describe_redemption
from loyalty_engine.redemption.offers_reading import OffersReader
from loyalty_engine.redemption.schema import redemption_schema
from loyalty_engine.redemption.testable import testable
from loyalty_engine.redemption.wording import WORDING
from loyalty_engine.rulebook.catalogue import register
from loyalty_engine.rulebook.section import Section, SectionInput

register(WORDING)


def read_redemption(given: SectionInput) -> Catalogue:
    """The offers without a mistake; an empty catalogue without the section. Mistakes go to the report."""
    fields = given.context.fields
    context = replace(given.context, fields=fields.only(testable(fields)))
    rules = given.models.get("stacks")  # the accrual rules, where that section is read before
    return OffersReader(context, rules.by_name if rules else ()).read(given.members["redemption"])


REDEMPTION = Section(
    keys=("redemption",), read=read_redemption, schema=redemption_schema, describe=describe_redemption
)
