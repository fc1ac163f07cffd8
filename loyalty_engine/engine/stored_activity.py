"""A stored activity read back to what was evaluated."""

from __future__ import annotations

from loyalty_engine.activity.activity import Activity, MemberRef
from loyalty_engine.activity.content import activity_from_content
from loyalty_engine.engine.ports.store import StoredActivity
from loyalty_engine.engine.rulebooks import CompiledRulebook

NOBODY = MemberRef("member", "")  # stored content never names its member


def read_stored(stored: StoredActivity, rulebook: CompiledRulebook) -> Activity:
    """The activity as it was typed under the rulebook that it pins."""
    return activity_from_content(
        stored.content, stored.key, stored.at, stored.offset, NOBODY, rulebook.settings
    )
