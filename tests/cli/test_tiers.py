"""`loyalty tiers ...`: who stands where, who would move, what a review records, and a tier by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from loyalty_adapters.cli.tier_tables import review_shown
from tests.cli.command_line import dump, jsonl, purchase, run, succeed
from tests.cli.conftest import Shop

LADDER = """\
tiers:
  count: credits
  period: calendar year
  ladder:
    silver: {reach: 50 credits}
    gold: {reach: 100 credits}
"""
BY_HAND = ("--reason", "a friend of the house", "--actor", "ann", "--key", "k1")


@pytest.fixture
def tiers(shop: Shop, tmp_path: Path) -> Shop:
    """M-1 reached silver in March 2026 with 60 points, which last to the end of 2027; M-2 has 20."""
    (shop.rules / "tiers.yaml").write_text(LADDER)
    history = [purchase(1, "50.00"), purchase(2, member="M-2")]
    succeed("replay", jsonl(tmp_path / "history.jsonl", history), "--rules", shop.rules, "--db", shop.db)
    return shop


def test_members_are_counted_by_tier_as_of_a_time(tiers: Shop) -> None:
    def listed(at: str) -> list[tuple[str | None, int]]:
        document = succeed("tiers", "list", "--at", at, "--db", tiers.db, "--json").document
        return [(one["tier"], one["members"]) for one in document["tiers"]]

    assert listed("2026-06-01") == [("gold", 0), ("silver", 1), (None, 1)]
    assert listed("2028-01-01") == [("gold", 0), ("silver", 0), (None, 2)]
    out = succeed("tiers", "list", "--at", "2026-06-01", "--db", tiers.db).out
    assert "none           1" in out


def test_a_member_is_shown_with_what_the_next_tier_takes_and_every_change(tiers: Shop) -> None:
    out = succeed("tiers", "show", "M-1", "--at", "2026-06-01", "--db", tiers.db).out
    assert "tier        silver" in out
    assert "gold: 40 more" in out
    assert "2026-03-01 10:00:00   silver   reached        60       50" in out
    document = succeed("tiers", "show", "M-1", "--at", "2026-06-01", "--db", tiers.db, "--json").document
    assert [change["reason"] for change in document["changes"]] == ["reached"]


def test_without_a_change_there_is_no_table_of_them(tiers: Shop) -> None:
    out = succeed("tiers", "show", "M-2", "--at", "2026-06-01", "--db", tiers.db).out
    assert "silver: 30 more" in out
    assert "Changes" not in out


def test_a_dry_run_says_who_would_drop_and_changes_nothing(tiers: Shop) -> None:
    before = dump(tiers.file)
    ran = succeed("tiers", "review", "--as-of", "2028-01-01", "--dry-run", "--db", tiers.db)
    assert "nothing: a dry run" in ran.out
    assert "M-1      silver   none   dropped         0       50   2028-01-01" in ran.out
    assert dump(tiers.file) == before


def test_a_time_to_come_can_only_be_looked_at(tiers: Shop) -> None:
    succeed("tiers", "review", "--as-of", "2999-01-01", "--dry-run", "--db", tiers.db)
    ran = run("tiers", "review", "--as-of", "2999-01-01", "--db", tiers.db, "--json")
    assert (ran.code, ran.error["code"]) == (3, "InvalidCommand")


def test_a_review_is_recorded_once(tiers: Shop, tmp_path: Path) -> None:
    edited = LADDER.replace("50 credits", "10 credits")
    (tiers.rules / "tiers.yaml").write_text(edited)
    succeed("rules", "publish", tiers.rules, "--db", tiers.db)  # it moves nobody by itself
    review = ("tiers", "review", "--as-of", "2026-05-01", "--db", tiers.db, "--json")
    first, second = (succeed(*review).document for _ in range(2))
    assert [(one["member"], one["to"], one["reason"]) for one in first["rises"]] == [
        ("M-2", "silver", "reached")
    ]
    assert second["rises"] == []
    assert first["tiers"] == second["tiers"]


def test_moves_are_counted_month_by_month(tiers: Shop) -> None:
    options = ("--since", "2026-01-01", "--until", "2028-02-01", "--db", tiers.db)
    document = succeed("tiers", "moves", *options, "--json").document
    assert [tuple(move.values()) for move in document["moves"]] == [
        ("2026-03", None, "silver", "reached", 1),
        ("2028-01", "silver", None, "dropped", 1),
    ]
    assert "2026-03   none     silver   reached         1" in succeed("tiers", "moves", *options).out


@pytest.fixture
def crowd(shop: Shop, tmp_path: Path) -> Shop:
    """Thirty members whose silver ends with 2027; the higher their number, the less they miss to keep it."""
    (shop.rules / "tiers.yaml").write_text(LADDER.replace("calendar year", "calendar year\n  grace: 31 days"))
    history = [purchase(1, "50.00", id=f"R-{n}", member=f"M-{n:02}") for n in range(30)]
    history += [
        purchase(2, f"{n}.00", id=f"S-{n}", member=f"M-{n:02}", at="2027-05-01T10:00:00+03:00")
        for n in range(1, 30)
    ]
    succeed("replay", jsonl(tmp_path / "history.jsonl", history), "--rules", shop.rules, "--db", shop.db)
    return shop


def test_who_is_in_grace_and_near_a_line_is_told_nearest_first(crowd: Shop) -> None:
    ran = succeed("tiers", "review", "--as-of", "2028-01-10", "--dry-run", "--db", crowd.db)
    lines = ran.out.splitlines()
    title = lines.index("In grace (the first 25 of 30; --json has all)")
    assert lines[title + 1].split("  ")[0] == "member"
    assert [line.split()[0] for line in lines[title + 3 : title + 6]] == ["M-29", "M-28", "M-27"]
    assert lines[title + 3].split() == ["M-29", "silver", "2028-01-01", "2028-02-01", "29", "50", "21"]
    document = succeed(
        "tiers", "review", "--as-of", "2028-01-10", "--dry-run", "--db", crowd.db, "--json"
    ).document
    assert [one["member"] for one in document["in_grace"]] == [f"M-{n:02}" for n in range(30)]


def test_a_review_that_counts_tells_how_much_it_recorded(crowd: Shop) -> None:
    review = ("tiers", "review", "--as-of", "2026-10-01", "--db", crowd.db)
    assert "recorded     0 changes" in succeed(*review).out


def test_what_is_due_and_not_recorded_is_told_as_due(tiers: Shop) -> None:
    out = succeed("tiers", "show", "M-1", "--at", "2028-05-01", "--db", tiers.db).out
    rows = out[out.index("Changes") :].splitlines()[3:]
    assert [row.split()[:2] for row in rows] == [["1", "2026-03-01"], ["due", "2028-01-01"]]
    assert "note" not in out


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_a_terminal_without_breaking_a_word(crowd: Shop, width: int) -> None:
    arguments = ("tiers", "review", "--dry-run", "--db", crowd.db, "--json", "--as-of")
    documents = [succeed(*arguments, as_of).document for as_of in ("2028-01-10", "2028-02-02")]
    documents[1]["drops"][0]["effective_at"] = "2028-01-31T23:59:59+02:00"  # most begin with a day
    for document in documents:
        console = Console(width=width, markup=False, emoji=False, highlight=False)
        with console.capture() as captured:
            console.print(*review_shown(document))
        shown = captured.get()
        assert max(len(line.rstrip()) for line in shown.splitlines()) <= width
        assert ("2028-01-31 23:59:59" in shown) == bool(document["drops"])
        assert "M-05" in shown
        assert ("term ended   grace until" in shown) == bool(document["in_grace"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("review",),
        ("review", "--as-of", "soon"),
        ("list", "--at", "1.5.2026"),
        ("moves",),
        ("moves", "--since", "yesterday"),
        ("moves", "--since", "2026-01-01", "--until", "x"),
        ("show",),
        ("show", "M-1", "--at", "never"),
        ("grant", "M-2", "gold", "--until", "2999-01-01", "--actor", "ann", "--key", "k1"),
        ("grant", "M-2", "gold", *BY_HAND),
        ("grant", "M-2", "gold", "--until", "soon", *BY_HAND),
    ],
)
def test_what_is_missing_or_no_time_is_a_mistake_of_usage(tiers: Shop, arguments: tuple[str, ...]) -> None:
    before = dump(tiers.file)
    assert run("tiers", *arguments, "--db", tiers.db).code == 2
    assert dump(tiers.file) == before


def test_nobody_is_shown_who_is_not_enrolled(tiers: Shop) -> None:
    ran = run("tiers", "show", "M-9", "--db", tiers.db, "--json")
    assert (ran.code, ran.error["code"]) == (4, "UnknownMember")


def test_without_a_ladder_nobody_has_a_tier(open_shop: Shop) -> None:
    assert "none         1" in succeed("tiers", "list", "--db", open_shop.db).out
    out = succeed("tiers", "show", "M-1", "--db", open_shop.db).out
    assert "tier    none" in out
    assert "Members by tier" not in succeed("status", "--db", open_shop.db).out


def test_the_status_tells_members_by_tier(tiers: Shop) -> None:
    out = succeed("status", "--at", "2026-06-01", "--db", tiers.db).out
    assert "Members by tier" in out
    assert "silver         1" in out


# -- by hand ------------------------------------------------------------------------------------------------


def test_a_tier_is_granted_until_a_date_and_taken_away_without_one(tiers: Shop) -> None:
    granted = succeed("tiers", "grant", "M-2", "gold", "--until", "2999-01-01", *BY_HAND, "--db", tiers.db)
    assert granted.out == "M-2: no tier -> gold\n"
    assert "gold until 2999-01-01" in succeed("tiers", "show", "M-2", "--db", tiers.db).out
    ended = succeed("tiers", "grant", "M-2", "none", *BY_HAND[:-1], "k2", "--db", tiers.db)
    assert ended.out == "M-2: gold -> no tier\n"
    shown = succeed("tiers", "show", "M-2", "--db", tiers.db).out
    assert "ann: a friend of the house" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("M-2", "gold", "--until", "2020-01-01"), 3, "InvalidCommand"),
        (("M-2", "glod", "--until", "2999-01-01"), 4, "UnknownTier"),
        (("M-9", "gold", "--until", "2999-01-01"), 4, "UnknownMember"),
    ],
)
def test_a_grant_that_will_not_do_changes_nothing(
    tiers: Shop, arguments: tuple[str, ...], code: int, error: str
) -> None:
    before = dump(tiers.file)
    ran = run("tiers", "grant", *arguments, *BY_HAND, "--db", tiers.db, "--json")
    assert (ran.code, ran.error["code"]) == (code, error)
    assert dump(tiers.file) == before
