"""The wording of the diagnostics of the `redemption` section."""

from __future__ import annotations

from collections.abc import Mapping

MOST_OFFERS = 1_000

WORDING: Mapping[str, tuple[str, str]] = {
    "R600": (
        "`{name}` has neither `worth` nor `cost`",
        "write `worth: 100 points = 0.80` to pay with points, or `cost: 1000 points` for a reward",
    ),
    "R601": ("`{name}` has both `worth` and `cost`", "keep one: points either pay, or buy a reward"),
    "R602": ("{what}: {problem}", "write `100 points = 0.80`"),
    "R603": ("{what}: {problem}", "write `1000 points`, or `20000 points + 99.00`"),
    "R604": ("{what}: {problem}", "write a whole number, such as `500 points`"),
    "R605": ("{what}: {problem}", "write `50% of total`, `5000 points`, or [50% of total, 5000 points]"),
    "R606": ("{what}: {problem}", "write `10.00 voucher`, or words such as `telecom goods`"),
    "R607": ("cannot read the limit `{text}`", "write `once per member` or `3 times per member per month`"),
    "R608": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
    "R609": ("`{name}` cannot be spent", "name a currency of points that is `spendable`"),
    "R610": (
        "`{name}` is a second way to pay with points; the first is `{first}`",
        "keep one of them; a reward has `cost` instead of `worth`",
    ),
    "R611": (
        "`{name}` is an accrual rule too",
        "give one of them another name: entries are told apart by it",
    ),
    "R612": (
        "`at_least`, {points}, is no multiple of `step`, {step}",
        "write `at_least: {next}`",
    ),
    "R613": ("`at_most` is less than the least, {least}, so nothing could be paid", "make it larger"),
    "R614": ("{points} would pay nothing", "write `at_least: {first}` or more"),
    "R615": ("there are too many offers: {count}", f"a program has at most {MOST_OFFERS}"),
    "R616": ("`{key}` is not supported by this version", "remove it; nothing would be decided by it"),
    "R617": (
        "`lines` cannot be tested where points are spent",
        "remove it; `when` can test the member, the time, `channel`, `store` and `total`",
    ),
    "R618": (
        "an offer cannot be called `{name}`",
        "give it another name: where points are told by name, `{name}` is all of them",
    ),
    "R619": (
        "`{name}` is over before the rules begin",
        "remove it, or let `active` reach beyond `effective`",
    ),
}
