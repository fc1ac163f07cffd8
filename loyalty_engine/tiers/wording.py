"""The wording of the diagnostics of the `tiers` section."""

from __future__ import annotations

from collections.abc import Mapping

WORDING: Mapping[str, tuple[str, str]] = {
    "R500": ("cannot read `{text}`", "write how many credits, such as `1000 credits`"),
    "R501": ("there is no currency of points `{name}`", "name one of the currencies under `points:`"),
    "R502": (
        "`{tier}` is reached with {points}, not more than the tier before it",
        "order the ladder upwards",
    ),
    "R503": ("the ladder has no tier", "write `ladder: {{silver: {{reach: 1000 credits}}}}`"),
    "R505": (
        "`{name}` can be spent, and status is not measured in what members spend",
        "count a currency that says `spendable: false`, or `counts: tiers`",
    ),
    "R506": ("the ladder counts {count}, and this is in {name}", "write `{points} {count}`"),
    "R507": (
        "`period`: {problem}",
        "write `calendar year`, or `rolling 12 months` (days, weeks, months or years)",
    ),
    "R508": (
        "a rolling period has no end, so nothing is valid `{text}`",
        "write a length such as `12 months`, or leave `valid` out",
    ),
    "R509": (
        "`{tier}` takes {keep} to keep, more than the {reach} that reach it",
        "`keep` is at most `reach`",
    ),
    "R510": (
        "`{tier}` is kept with {points}, less than the tier before it",
        "let `keep` rise with the ladder, or stay the same",
    ),
    "R511": (
        "`grace`: {grace} may last as long as a term: {term}",
        "let grace be over before the next term ends",
    ),
    "R512": (
        "`{name}` can expire after {expires}, before the period that it counts in is over: {period}",
        "let them live as long as the period: expired or not, they count until it is over",
    ),
    "R513": (
        "`valid`: {problem}",
        "write `until end of next period`, `until end of period`, or a length such as `12 months`",
    ),
    "R514": (
        "a tier cannot be called `{name}`: that stands for no tier",
        "give it another name, such as `member`",
    ),
    "R515": (
        "`{key}` is not supported by this version",
        "remove it; let rules and rewards test the tier instead: `when: {{tier: silver}}`",
    ),
    "R516": (
        "{what} of several amounts is not supported by this version",
        "write one amount, such as `1000 credits`; a rule can grant credits for visits too",
    ),
}
