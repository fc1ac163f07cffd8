"""One table of calls, good and bad, over all use cases: by whichever door, the answers are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, NamedTuple

from loyalty_engine.engine.receipt import Receipt
from loyalty_engine.engine.rulebooks import Rulebooks
from loyalty_engine.errors import LoyaltyError
from loyalty_engine.rulebook.rulebook import Rulebook
from tests.engine.shop import MEMBER, PROGRAM, giving_back, moment, purchase, rule_files

RULES: Mapping[str, str] = {
    "points": "{points: {expires: 12 months}, credits: {spendable: false, counts: tiers, mirrors: points}}",
    "fields": "{plan: {type: choice, of: [gold, plain], on: member}}",
    "returns": "{deficit: refuse}",
    "redemption": """
  pay: {worth: 100 points = 1.00, step: 10 points}
  mug: {cost: 30 points, limit: 2 times per member}""",
    "tiers": """
  count: credits
  period: calendar year
  ladder: {silver: {reach: 100 credits}, gold: {reach: 300 credits}}""",
}
DOUBLE = {**PROGRAM, **RULES} | {
    "accrual": "{goods: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}",
    "effective": '"2026-04-01"',
}


class Call(NamedTuple):
    """A call of a method (or a look at a property), when the clock shows a time."""

    at: str
    method: str
    given: Callable[[Mapping[int, Any]], tuple[tuple[Any, ...], dict[str, Any]]]  # of the answers so far

    @property
    def publishes(self) -> bool:
        """Whether it is refused in a host's transaction."""
        return self.method in ("publish", "try_out")


def call(at: str, method: str, /, *args: Any, **named: Any) -> Call:
    """A call; an argument that is a function makes it of the answers so far, by the calls' places."""

    def given(answers: Mapping[int, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        made = [value(answers) if callable(value) else value for value in args]
        return tuple(made), dict(named)

    return Call(at, method, given)


def _adjusting(at: str, points: object, **named: Any) -> Call:
    return call(at, "adjust", MEMBER, points, **({"reason": "goodwill", "actor": "dana"} | named))


def _hold(place: int) -> Callable[[Mapping[int, Any]], Any]:
    return lambda answers: answers[place].id


def _entry(place: int) -> Callable[[Mapping[int, Any]], Any]:
    return lambda answers: answers[place].entries[0]["id"]


_PAYING = [{"kind": "points", "points": 20}, {"kind": "card", "amount": "4.80"}]
_TILL = {"member": {"card": "4711"}}

CALLS: tuple[Call, ...] = (
    call("2026-02-01", "balance", MEMBER),  # nobody yet
    call(
        "2026-02-01", "enrol", MEMBER, identities={"card": "4711"}, attributes={"plan": "plain"}, actor="kim"
    ),
    call("2026-02-02", "enrol", MEMBER, identities={"card": "4711"}, attributes={"plan": "plain"}),
    call("2026-02-02", "enrol", "M-2", identities={"card": "4711"}),  # taken
    call("2026-03-01", "record", purchase("R-1", "90.00"), actor="till-4", request="q-1"),
    call("2026-03-02", "record", purchase("R-1", "90.00")),
    call("2026-03-02", "record", purchase("R-1", "91.00")),
    call("2026-03-02", "record", {"type": "purchase", "id": "R-2"}),
    call("2026-03-02", "record", purchase("R-2", "30.00", at="2026-03-02", **_TILL)),  # silver
    call("2026-03-03", "quote", purchase("R-3", "10.00", at="2026-03-03")),
    call(
        "2026-03-03",
        "change_member",
        MEMBER,
        identities={"phone": "555"},
        attributes={"plan": "gold"},
        key="C-1",
    ),
    call("2026-03-04", "change_member", MEMBER, attributes={"plan": "brass"}, key="C-2"),
    call("2026-03-04", "member", {"phone": "555"}),
    call("2026-03-04", "member", "nobody"),
    _adjusting("2026-03-05", 25, key="A-1"),
    _adjusting("2026-03-05", 25, key="A-1"),
    _adjusting("2026-03-05", -100_000),
    _adjusting("2026-03-05", "many"),
    call("2026-03-06", "rewards", MEMBER, total="20.00"),
    call("2026-03-06", "redeem", MEMBER, points=50, total="20.00", key="P-1", actor="till-4"),
    call("2026-03-06", "redeem", MEMBER, points=50, total="20.00", key="P-1", actor="till-4"),
    call("2026-03-06", "redeem", MEMBER, points=60, total="20.00", key="P-1", actor="till-4"),
    call("2026-03-06", "redeem", MEMBER, points=55, total="20.00"),
    call("2026-03-06", "redeem", MEMBER, reward="mug"),
    call("2026-03-06", "redeem", MEMBER, reward="car"),
    call("2026-03-06", "redeem", MEMBER, up_to=1000, total="0.05"),
    call("2026-03-07", "reserve", MEMBER, points=20, total="9.00"),
    call("2026-03-07", "capture", _hold(26), points=10),
    call("2026-03-07", "capture", _hold(26)),  # resolved
    call("2026-03-07", "reserve", MEMBER, reward="mug", until=moment("2026-03-09"), key="H-1"),
    call("2026-03-08", "holds", MEMBER),
    call("2026-03-08", "release", _hold(29), member=MEMBER),
    call("2026-03-08", "release", "0000000001-00009999"),
    call("2026-03-08", "holds", MEMBER, all=True),
    call("2026-03-09", "record", purchase("R-4", "5.00", at="2026-03-09", tenders=_PAYING)),
    call("2026-03-10", "record", giving_back("X-1", "R-2", lines=[{"id": "1", "amount": "10.00"}])),
    call("2026-03-10", "record", giving_back("X-2", "R-99")),
    call(
        "2026-03-11",
        "record_many",
        [
            purchase("B-1", "7.00", at="2026-03-11"),
            purchase("B-1", "7.00", at="2026-03-11"),
            purchase("B-2", None),
            purchase("B-3", "8.00", at="2026-03-11", member="M-3"),
            giving_back("X-3", "B-2", "2026-03-11"),
        ],
    ),
    call("2026-03-12", "publish", {"shop.yaml": "program: [}"}),
    call(
        "2026-03-12", "publish", {"shop.yaml": "".join(f"{k}: {v}\n" for k, v in DOUBLE.items())}, actor="kim"
    ),
    call("2026-04-02", "record", purchase("R-5", "150.00", at="2026-04-02")),
    call(
        "2026-04-03",
        "grant_tier",
        "M-3",
        "gold",
        until=moment("2026-06-01"),
        reason="press",
        actor="dana",
        key="G",
    ),
    call("2026-04-03", "grant_tier", "M-3", "iron", until=moment("2026-06-01"), reason="press", actor="dana"),
    call("2026-04-04", "tier_history", MEMBER),
    call("2026-04-04", "tier_history", "M-3", known_at=moment("2026-04-01")),
    call("2026-04-04", "tiers"),
    call("2026-04-04", "explain", _entry(40)),
    call("2026-04-04", "explain", "0000000009-00000001"),
    call("2026-04-05", "balance", {"card": "4711"}, known_at=moment("2026-03-02")),
    call("2026-04-05", "balance", MEMBER, at=moment("2028-01-01")),
    call("2026-04-05", "balance", 7),
    call("2026-04-05", "statement", MEMBER),
    call("2026-04-05", "statement", "nobody"),
    call("2027-06-01", "expire", moment("2027-05-01")),
    call("2027-06-01", "expire", moment("2027-05-01")),
    call("2028-03-01", "review_tiers", moment("2028-02-15")),
    call("2028-03-01", "review_tiers", moment("2028-02-15"), dry_run=False),
    call("2028-03-01", "review_tiers", moment("2028-02-15"), dry_run=False),
    call("2028-03-01", "review_tiers", moment("2029-02-15"), dry_run=False),
    call("2028-03-01", "tier_moves", moment("2026-01-01")),
    call("2028-03-01", "status"),
    call("2028-03-01", "programs"),
    call("2028-03-01", "rulebooks"),
    call("2028-03-01", "rulebook"),
    call("2028-03-01", "try_out", rule_files(program="other")),
    call("2028-03-01", "try_out", rule_files(**RULES)),
    call("2028-03-01", "quote", purchase("R-9", "10.00", at="2028-03-01")),
    call("2028-03-01", "verify"),
)


def plain(answer: Any) -> Any:
    """An answer or error as values that can be compared."""
    if isinstance(answer, Receipt):
        return answer.text, answer.repeated, dict(answer.data)
    if isinstance(answer, LoyaltyError):
        return answer.code, answer.message, dict(answer.parameters)
    if isinstance(answer, Rulebooks):
        return [(version.number, version.hash) for version in answer.versions]
    if isinstance(answer, Rulebook):
        return dict(answer.files)
    if is_dataclass(answer) and not isinstance(answer, type):
        return asdict(answer)
    if isinstance(answer, Iterable) and not isinstance(answer, str | Mapping | tuple):
        return [plain(one) for one in answer]
    return answer
