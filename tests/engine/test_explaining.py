"""Why an entry is what it is: for every kind of entry, and for every rule that granted or did not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shop import MEMBER, OpenShop, Shop, instant

RULES = {
    "points": "{points: {expires: 3 months, pending: 1 day}, credits: {spendable: false, mirrors: points}}",
    "stacks": "{base: {take: first}, best: {take: best}, gift: {take: all}}",
    "fields": "{plan: {type: choice, of: [S, M], on: member}}",
    "accrual": """
  food: {stack: base, when: {type: purchase}, lines: {category: food}, earn: 1 point per 1.00,
    cap: 25 points per member per month}
  rest: {stack: base, when: {type: purchase}, earn: 1 point per 2.00}
  small: {stack: best, when: {type: purchase}, earn: 1 point}
  large: {stack: best, when: {type: purchase}, earn: 2 points}
  plan-m: {stack: gift, when: {type: purchase, plan: M}, earn: 5 points}
  web: {stack: gift, when: {type: purchase, channel: web}, earn: 5 points}
  wine: {stack: gift, lines: {category: wine}, when: {type: purchase}, earn: 5 points}
  hello: {stack: gift, when: {type: purchase}, earn: 3 points, limit: once per member}
  spring: {stack: gift, active: 2026-04-01 .. 2026-05-31, when: {type: purchase}, earn: 4 points}
  cents: {stack: gift, when: {type: purchase}, earn: 1 point per full 1000.00}""",
}
BASKET = [
    {"id": "a", "category": "food", "amount": "20.00"},
    {"id": "b", "category": "toys", "amount": "9.00"},
]


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """Two purchases, so that a cap and a limit are used up; a return, a correction, a debt, an expiry."""
    shop = open_shop(**RULES)
    shop.engine.enrol(MEMBER, attributes={"plan": "S"})
    shop.buy("R-1", None, at="2026-03-02", lines=BASKET)
    shop.buy("R-2", None, at="2026-03-03", lines=BASKET)
    shop.give_back("X-1", "R-1", at="2026-03-10", lines=[{"id": "a"}])
    shop.adjust(-20)
    shop.buy("R-3", None, at="2026-03-20", lines=BASKET)
    shop.engine.expire(instant("2026-07-01"))
    return shop


def every(shop: Shop, kind: str, **fields: Any) -> list[dict[str, Any]]:
    """The explanations of all entries of a kind."""
    entries = shop.engine.statement(MEMBER, at=instant("2027-01-01"))["entries"]
    chosen = [
        e for e in entries if e["kind"] == kind and all(e[name] == value for name, value in fields.items())
    ]
    assert chosen
    return [shop.engine.explain(entry["id"]) for entry in chosen]


def test_every_entry_can_be_explained(shop: Shop) -> None:
    entries = shop.engine.statement(MEMBER, at=instant("2027-01-01"))["entries"]
    kinds = {entry["kind"] for entry in entries}
    assert kinds == {"accrual", "release", "expiry", "reversal", "adjustment", "absorption"}
    for entry in entries:
        explained = shop.engine.explain(entry["id"])
        assert explained["member"] == MEMBER
        assert {name: explained["entry"][name] for name in ("id", "kind", "points")} == {
            name: entry[name] for name in ("id", "kind", "points")
        }
        assert explained["because"]
        assert explained["lots"] or entry["kind"] == "accrual"


def test_an_award_says_which_lines_earned_what(shop: Shop) -> None:
    food = every(shop, "accrual", rule="food", currency="points")[0]
    assert food["because"] == "rule `food` granted 20 points"
    part = next(rule for rule in food["rules"] if rule["rule"] == "food")
    assert (part["points"], part["basis"]) == (20, 2000)
    assert part["lines"] == [{"line": "a", "weight": 2000, "share": "20"}]
    assert food["activity"]["id"] == "R-1"
    assert food["activity"]["content"]["lines"] == [
        {
            "id": "a",
            "quantity": 1000,
            "amount": 2000,
            "discount": 0,
            "tax": 0,
            "net": 2000,
            "category": "food",
        },
        {"id": "b", "quantity": 1000, "amount": 900, "discount": 0, "tax": 0, "net": 900, "category": "toys"},
    ]


def test_a_cut_shows_in_the_phases_and_what_had_been_used_before(shop: Shop) -> None:
    second = every(shop, "accrual", rule="food", currency="points")[1]
    part = next(rule for rule in second["rules"] if rule["rule"] == "food")
    assert part["points"] == 5
    assert [(phase["phase"], phase["amount"]) for phase in part["phases"]] == [
        ("exact", "20"),
        ("rounded", "20"),
        ("member cap", "5"),
    ]
    used = {(one["of"], one["measure"]): one["used"] for one in second["used_before"]}
    assert used == {("rule:food", "points"): 20, ("rule:hello", "times"): 1}


def test_each_rule_that_granted_nothing_says_why(shop: Shop) -> None:
    explained = every(shop, "accrual", rule="food", currency="points")[1]
    reasons = {rule["rule"]: rule["reason"] for rule in explained["rules"] if not rule["points"]}
    assert reasons == {
        "rest": "the stack `base` takes the first match, and an earlier rule came first",
        "small": "the stack `best` takes the best, and large gives more",
        "plan-m": "`plan` is S, not M",
        "web": "`channel` is missing, so `web` does not hold",
        "wine": "no line meets `category`: wine; seen: food, toys",
        "hello": "its limit is used up: once per member",
        "spring": "it is active 2026-04-01 .. 2026-05-31 only",
        "cents": "what it earns on comes to less than one point",
    }
    failed = {rule["rule"]: rule["failed"] for rule in explained["rules"] if "failed" in rule}
    assert failed["plan-m"] == {"field": "plan", "test": "M", "seen": "S"}
    assert failed["web"]["seen"] is None
    assert explained["facts"] == {"plan": "S"}


def test_it_is_explained_by_what_was_known_then_whatever_is_known_now(shop: Shop) -> None:
    before = every(shop, "accrual", rule="large")[0]
    shop.engine.change_member(MEMBER, attributes={"plan": "M"}, key="C-1", at="2026-03-01T00:00:00Z")
    shop.buy("R-0", at="2026-03-01")  # its limit and cap, dated before
    assert every(shop, "accrual", rule="large")[0] == before


def test_a_mirrored_credit_names_its_award(shop: Shop) -> None:
    award = every(shop, "accrual", rule="large", currency="points")[0]["entry"]["id"]
    credit = every(shop, "accrual", rule="large", currency="credits")[0]
    assert credit["because"] == f"it mirrors the award {award} of rule `large`"


def test_a_release_an_expiry_and_an_absorption_name_their_lots(shop: Shop) -> None:
    release = every(shop, "release", currency="points")[0]
    lot = release["lots"][0]["lot"]
    assert release["lots"] == [{"lot": lot, "from": "pending", "to": "available", "points": 20}]
    assert release["because"] == f"the waiting time of {lot} was over, so its points became available"
    assert "rules" not in release
    expiry = every(shop, "expiry")[0]
    assert expiry["because"].startswith("the life of 0000000001-")
    assert {(lot["from"], lot["to"]) for lot in expiry["lots"]} == {("available", "out")}
    paid = every(shop, "absorption")[0]
    assert paid["because"].startswith("points that became available paid off a deficit from ")


def test_a_reversal_says_what_of_which_award_came_back(shop: Shop) -> None:
    taken = every(shop, "reversal", rule="food", currency="points")[0]
    assert taken["because"] == "a return took back 20 points of an award of rule `food`"
    assert taken["activity"]["id"] == "X-1"
    assert taken["activity"]["content"]["of"] == {"id": "R-1"}
    assert taken["activity"]["content"]["returned"] == [{"id": "a"}]
    assert taken["rulebook"]["hash"] == shop.engine.rulebook.hash


def test_an_activity_that_only_changed_the_member_can_be_explained_too(open_shop: OpenShop) -> None:
    shop = open_shop(accrual="{hi: {stack: promo, when: {type: enrolment}, earn: 5 points}}")
    entry = shop.engine.enrol(MEMBER, identities={"card": "4711"}).entries[0]["id"]
    explained = shop.engine.explain(entry)
    assert explained["rules"][0]["points"] == 5
    assert "4711" not in str(explained["activity"])
