"""The wording of the diagnostics of stacks and accrual rules."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty_engine.accrual.rule import MOST_RULES

WORDING: Mapping[str, tuple[str, str]] = {
    "R303": ("there is no stack `{name}`", "name one of the stacks"),
    "R304": (
        "{problem}",
        (
            "write `1 point per 1.00`, `2 points per full 5.00`, `1 point per 1 quantity`, `500 points` "
            "or `20% of base`, and `in CURRENCY` after it for another currency"
        ),
    ),
    "R305": (
        "cannot read the cap `{text}`",
        (
            "write `500 points per activity` or `200 points per member per month` "
            "(day, week, month, quarter, year or lifetime)"
        ),
    ),
    "R306": (
        "cannot read the limit `{text}`",
        "write `once per member` or `3 times per member per month`",
    ),
    "R307": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
    "R308": (
        "stack `{stack}` grants both {first} and {second}, but a stack has one currency",
        "put the rules for {second} into a stack of their own",
    ),
    "R309": (
        "the stacks {names} are percentages of each other",
        "a stack cannot be computed from itself",
    ),
    "R310": (
        "`{rule}` is a percentage of `{stack}`, which grants {other}, not {currency}",
        "write `in {other}` after the phrase, or name a stack that grants {currency}",
    ),
    "R311": (
        "`{phrase}` cannot stand in stack `{stack}`, which is decided per line",
        "only amounts per money or per a field of the lines can be decided line by line",
    ),
    "R315": ("rule `{rule}` claims the earlier name `{name}` of another rule", "remove it here or there"),
    "R316": ("stack `{stack}` has no rule", "remove it, or write `stack: {stack}` in a rule"),
    "R317": ("there is no accrual rule, so nothing is ever earned", "add an `accrual:` section"),
    "R318": ("points of rule `{rule}` would expire before they are released", "make `expires` longer"),
    "R319": (
        "there are too many rules: {count}",
        f"a program has at most {MOST_RULES}; one condition may take lists and own fields instead",
    ),
    "R320": (
        "a rule cannot be called `{name}`",
        "give it another name: where points are told by name, `{name}` is all of them",
    ),
}
