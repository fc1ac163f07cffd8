"""`loyalty redeem`, `reserve`, `capture`, `release`, `holds` and `rewards`."""

from __future__ import annotations

import json

import pytest

from tests.cli.command_line import dump, purchase, return_of, run, succeed
from tests.cli.conftest import Shop

OFFERS = """\
redemption:
  pay: {worth: 100 points = 1.00, step: 100 points, at_most: 50% of total}
  voucher: {title: {en: A voucher}, cost: 1000 points, gives: 10.00 voucher, limit: 2 times per member}
  phone: {cost: 2000 points + 99.00, gives: telecom goods, when: {plan: M, channel: web, store: "7"}}
"""
GOODWILL = ("--reason", "goodwill", "--actor", "ann", "--key", "k0")


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """A member with 5000 points and a card."""
    (shop.rules / "redemption.yaml").write_text(OFFERS)
    options = ("--rules", shop.rules, "--db", shop.db)
    succeed("member", "enrol", "M-1", "--link", "card=4711", *options)
    succeed("adjust", "M-1", "+5000", *GOODWILL, *options)
    return shop


def ids(shop: Shop, *options: str) -> list[str]:
    """The member's holds."""
    document = succeed("holds", "M-1", *options, "--db", shop.db, "--json").document
    return [hold["id"] for hold in document["holds"]]


# -- redeem -------------------------------------------------------------------------------------------------


def test_a_reward_is_had(rich: Shop) -> None:
    ran = succeed("redeem", "M-1", "--reward", "voucher", "--actor", "ann", "--db", rich.db)
    assert "voucher: 10.00 voucher, for 1,000 points" in ran.out
    assert "redemption: voucher" in ran.out
    assert "-1,000" in ran.out
    statement = succeed("statement", "M-1", "--db", rich.db, "--json").document["entries"]
    assert [(row["kind"], row["actor"]) for row in statement[-2:]] == [("hold", "ann"), ("redemption", "ann")]


def test_the_receipt_in_json_is_the_engines(rich: Shop) -> None:
    options = ("--total", "20.00", "--key", "k1", "--db", rich.db, "--json")
    document = succeed("redeem", "M-1", "--points", 500, *options).document
    assert document["redemption"]["worth"] == "5.00"
    assert document["totals"]["points"] == -500
    assert document["balance"]["currencies"]["points"]["available"] == 4500


def test_as_many_as_are_permitted(rich: Shop) -> None:
    ran = succeed("redeem", "M-1", "--up-to", 9000, "--total", "21.99", "--db", rich.db)
    assert "1,000 points pay 10.00 (pay)" in ran.out


def test_it_happens_once_per_key(rich: Shop) -> None:
    options = ("--reward", "voucher", "--key", "k1", "--db", rich.db, "--json")
    first = succeed("redeem", "M-1", *options)
    before = dump(rich.file)
    again = succeed("redeem", "M-1", *options)
    assert again.document == first.document
    assert "nothing changed" in again.err
    other = run("redeem", "M-1", "--points", 500, "--total", "20.00", *options[2:])
    assert (other.code, other.error["code"]) == (4, "ActivityConflict")
    assert dump(rich.file) == before


def test_what_conditions_test_may_be_said(rich: Shop) -> None:
    succeed("member", "change", "M-1", "--set", "plan=M", "--key", "k2", "--db", rich.db)
    options = ("--reward", "phone", "--channel", "web", "--store", "7", "--currency", "points")
    ran = succeed("redeem", "4711", "--identity", "card", *options, "--db", rich.db)
    assert "phone: telecom goods, for 2,000 points and 99.00" in ran.out


REFUSED = {
    "off the step": (("--points", "550", "--total", "20.00"), 4, "RedemptionNotPermitted"),
    "more than there is": (("--points", "6000", "--total", "900.00"), 4, "InsufficientPoints"),
    "not for him": (("--reward", "phone"), 4, "NotEligible"),
    "no reward": (("--reward", "vouchers"), 4, "UnknownReward"),
    "no total": (("--points", "500"), 3, "InvalidCommand"),
    "a total in words": (("--points", "500", "--total", "twenty"), 3, "InvalidCommand"),
    "no points": (("--points", "0", "--total", "20.00"), 3, "InvalidCommand"),
}


@pytest.mark.parametrize("command", ["redeem", "reserve"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_had_changes_nothing(rich: Shop, case: str, command: str) -> None:
    options, code, error = REFUSED[case]
    before = dump(rich.file)
    ran = run(command, "M-1", *options, "--db", rich.db, "--json")
    assert (ran.code, ran.error["code"]) == (code, error)
    assert dump(rich.file) == before


@pytest.mark.parametrize("command", ["redeem", "reserve"])
@pytest.mark.parametrize(
    "options",
    [(), ("--points", "5", "--reward", "voucher"), ("--points", "five"), ("--up-to", "1.5"), ("--reward",)],
)
def test_what_is_wanted_is_said_in_one_way(rich: Shop, command: str, options: tuple[str, ...]) -> None:
    before = dump(rich.file)
    assert run(command, "M-1", *options, "--total", "20.00", "--db", rich.db).code == 2
    assert dump(rich.file) == before


# -- reserve, capture, release, holds -----------------------------------------------------------------------


def test_points_are_reserved_and_captured(rich: Shop) -> None:
    ran = succeed("reserve", "M-1", "--points", 1000, "--total", "20.00", "--db", rich.db)
    (hold,) = ids(rich)
    assert f"Hold {hold}: 1,000 points, open until 20" in ran.out
    ran = succeed("capture", hold, "--points", 600, "--actor", "eve", "--db", rich.db)
    assert "600 points pay 6.00 (pay)" in ran.out
    assert f"Hold {hold}: 1,000 points, captured" in ran.out
    assert ids(rich) == []
    balance = succeed("balance", "M-1", "--db", rich.db, "--json").document["currencies"]["points"]
    assert (balance["available"], balance["held"]) == (4400, 0)


def test_a_reservation_lasts_until_it_is_told(rich: Shop) -> None:
    document = succeed(
        "reserve", "M-1", "--reward", "voucher", "--until", "2999-01-01", "--db", rich.db, "--json"
    ).document
    assert document["hold"]["until"] == "2999-01-01T00:00:00+02:00"
    wrong = run("reserve", "M-1", "--reward", "voucher", "--until", "soon", "--db", rich.db)
    assert wrong.code == 2
    past = run("reserve", "M-1", "--reward", "voucher", "--until", "2020-01-01", "--db", rich.db, "--json")
    assert (past.code, past.error["code"]) == (3, "InvalidCommand")


def test_a_hold_is_given_up(rich: Shop) -> None:
    succeed("reserve", "M-1", "--reward", "voucher", "--key", "k1", "--db", rich.db)
    (hold,) = ids(rich)
    ran = succeed("release", hold, "--key", "k2", "--db", rich.db)
    assert f"Hold {hold}: 1,000 points, released" in ran.out
    assert "nothing changed" in succeed("release", hold, "--key", "k2", "--db", rich.db).err
    assert (
        "nothing changed"
        in succeed("reserve", "M-1", "--reward", "voucher", "--key", "k1", "--db", rich.db).err
    )
    before = dump(rich.file)
    for command in ("capture", "release"):
        ran = run(command, hold, "--db", rich.db, "--json")
        assert (ran.code, ran.error["code"]) == (4, "HoldResolved")
    assert dump(rich.file) == before


@pytest.mark.parametrize("command", ["capture", "release"])
@pytest.mark.parametrize("hold", ["0000000001-00000002", "0000000009-00000001", "nonsense"])
def test_a_hold_that_is_none_is_refused(rich: Shop, command: str, hold: str) -> None:
    ran = run(command, hold, "--db", rich.db, "--json")
    assert (ran.code, ran.error["code"]) == (4, "UnknownHold")


def test_more_than_is_held_is_refused_with_what_is(rich: Shop) -> None:
    succeed("reserve", "M-1", "--points", 500, "--total", "20.00", "--db", rich.db)
    (hold,) = ids(rich)
    ran = run("capture", hold, "--points", 501, "--db", rich.db, "--json")
    assert (ran.code, ran.error["code"], ran.error["permitted"]) == (4, "RedemptionNotPermitted", 500)


def test_holds_are_listed(rich: Shop) -> None:
    assert "No points are set aside." in succeed("holds", "M-1", "--db", rich.db).out
    succeed("reserve", "M-1", "--reward", "voucher", "--db", rich.db)
    succeed("redeem", "M-1", "--points", 500, "--total", "20.00", "--db", rich.db)
    (hold,) = ids(rich)
    out = succeed("holds", "M-1", "--db", rich.db).out
    assert hold in out
    assert "voucher" in out
    assert "captured" not in out.splitlines()[-1]
    every = succeed("holds", "4711", "--identity", "card", "--all", "--db", rich.db).out
    assert "5.00   captured" in every
    assert len(ids(rich, "--all")) == 2
    assert ids(rich, "--all", "--at", "2020-01-01") == []
    assert run("holds", "M-9", "--db", rich.db).code == 4


# -- rewards ------------------------------------------------------------------------------------------------


def test_rewards_say_what_may_be_had_and_why_the_rest_may_not(rich: Shop) -> None:
    out = succeed("rewards", "M-1", "--total", "30.00", "--db", rich.db).out
    assert "100 points = 1.00" in out
    assert "100 to 1,500 points can be paid, worth 15.00 at most" in out
    assert "10.00 voucher" in out
    assert "2 times per member" in out
    assert "2,000 points + 99.00" in out
    assert "`plan` is missing" in out


def test_a_single_amount_that_can_be_paid_is_no_range(rich: Shop) -> None:
    out = succeed("rewards", "M-1", "--total", "2.00", "--db", rich.db).out
    assert " 100 points can be paid, worth 1.00 " in out


def test_rewards_in_json_are_the_engines(rich: Shop) -> None:
    options = ("--total", "1.00", "--db", rich.db, "--json")
    pay, voucher, phone = succeed("rewards", "M-1", *options).document["rewards"]
    assert (pay["may"], pay["why"]["code"]) == (False, "RedemptionNotPermitted")
    assert voucher["may"]
    assert (phone["missing"], phone["why"]["field"]) == (0, "plan")


def test_rewards_are_as_of_a_time_and_a_place(rich: Shop) -> None:
    succeed("member", "change", "M-1", "--set", "plan=M", "--key", "k2", "--db", rich.db)
    options = ("--channel", "web", "--store", "7", "--db", rich.db, "--json")
    assert succeed("rewards", "M-1", *options).document["rewards"][2]["may"]
    early = succeed("rewards", "M-1", "--at", "2026-02-01", *options).document["rewards"]
    assert [offer["missing"] for offer in early] == [100, 1000, 2000]
    assert run("rewards", "M-9", "--db", rich.db).code == 4


def test_a_program_may_offer_nothing(open_shop: Shop) -> None:
    assert "The rules offer nothing for points." in succeed("rewards", "M-1", "--db", open_shop.db).out


# -- elsewhere ----------------------------------------------------------------------------------------------


def test_a_quote_and_a_replay_tell_of_points_that_pay(rich: Shop) -> None:
    tenders = [{"kind": "points", "up_to": 9000}]
    bought = {**purchase(1), "at": "2026-12-01T10:00:00+02:00", "tenders": tenders}
    ran = succeed("quote", "-", "--db", rich.db, stdin=json.dumps(bought).encode())
    assert "Paid with" in ran.out
    assert ["points", "1,000", "10.00"] in [line.split() for line in ran.out.splitlines()]
    back = {**return_of(1, 1), "at": "2026-12-02T10:00:00+02:00"}
    file = rich.rejects.with_name("spending.jsonl")
    file.write_text("".join(f"{json.dumps(one)}\n" for one in (bought, back)))
    lines = succeed("replay", file, "--db", rich.db, "--json").lines
    assert lines[0]["payment"][0] == {"kind": "points", "points": 1000, "amount": "10.00"}
    assert lines[1]["refund"]["total"] == "20.00"


def test_the_status_tells_what_was_spent_on_each_offer(rich: Shop) -> None:
    succeed("redeem", "M-1", "--reward", "voucher", "--db", rich.db)
    succeed("redeem", "M-1", "--reward", "voucher", "--db", rich.db)
    out = succeed("status", "--db", rich.db).out
    assert "By offer" in out
    line = next(line for line in out.splitlines() if "voucher" in line)
    assert line.split() == ["points", "voucher", "2", "2,000", "0"]


def test_an_entry_of_a_redemption_is_explained(rich: Shop) -> None:
    succeed("redeem", "M-1", "--reward", "voucher", "--actor", "eve", "--db", rich.db)
    entries = succeed("statement", "M-1", "--db", rich.db, "--json").document["entries"]
    out = succeed("explain", entries[-1]["id"], "--db", rich.db).out
    assert "were spent on `voucher`, by eve." in out
