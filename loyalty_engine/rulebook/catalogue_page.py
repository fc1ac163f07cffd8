"""The page of the reference that lists every diagnostic: its code, what it says, what helps."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

import loyalty_engine
from loyalty_engine.rulebook.catalogue import entries

_HEAD = """# Diagnostics of rule files

`loyalty rules check` reports every mistake in the rule files at once, each with a code, its place and
what helps. An error keeps the rules from loading; a warning does not. Words in braces stand for what
the file says. Often a nearer help is given than the one below, such as "did you mean `tier`?".
"""
_FAMILIES = {
    "R0": "Reading files",
    "R1": "Settings of the program",
    "R2": "Conditions",
    "R3": "Accrual",
    "R4": "Examples",
    "R5": "Tiers",
    "R6": "Redemption",
}


def catalogue_page() -> str:
    """The page as Markdown, of every family in the package: all its modules are imported for it."""
    for module in pkgutil.walk_packages(loyalty_engine.__path__, "loyalty_engine."):
        importlib.import_module(module.name)
    parts = [_HEAD]
    for prefix, title in _FAMILIES.items():
        family = {code: wording for code, wording in entries().items() if code.startswith(prefix)}
        if family:
            parts.append(_family(title, family))
    return "\n".join(parts)


def _family(title: str, family: Mapping[str, tuple[str, str]]) -> str:
    head = f"## {title}\n\n| code | message | help |\n|---|---|---|\n"
    return head + "".join(
        f"| {code} | {_cell(message)} | {_cell(help_)} |\n" for code, (message, help_) in family.items()
    )


def _cell(wording: str) -> str:
    return wording.replace("{{", "{").replace("}}", "}").replace("|", "\\|")
