"""A member document for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType

from loyalty_adapters.cli.table import facts, moment


def member_shown(document: Mapping[str, Any]) -> list[RenderableType]:
    """Own id, since when, identities and attributes."""
    identities = [(kind, ", ".join(values)) for kind, values in document["identities"].items()]
    return [
        facts(
            ("member", document["member"]),
            ("enrolled", moment(document["enrolled_at"])),
            ("at", document["at"]),
            *identities,
            *document["attributes"].items(),
        )
    ]
