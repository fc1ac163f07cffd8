"""`loyalty replay`: a history from files becomes entries, once."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.command_line import dump, jsonl, purchase, return_of, run, succeed
from tests.cli.conftest import Shop

MAPPING = """\
zone: Europe/Riga
constants: {type: purchase, source: pos}
activity: {id: receipt, member: card, at: time, amount: total}
"""


def points(shop: Shop, at: str = "2026-05-01") -> int:
    """What M-1 has available."""
    document = succeed("balance", "M-1", "--db", shop.db, "--at", at, "--json").document
    available: int = document["currencies"]["points"]["available"]
    return available


def test_a_history_is_recorded_and_summed_up(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), purchase(2, "50.00"), return_of(1, 1)])
    ran = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    receipts, summary = ran.lines[:-1], ran.lines[-1]["summary"]
    assert [receipt["activity"]["id"] for receipt in receipts] == ["R-1", "R-2", "X-1"]
    assert [receipt["totals"]["points"] for receipt in receipts] == [20, 60, -20]
    seconds, rate = summary.pop("seconds"), summary.pop("activities_per_second")
    assert seconds > 0
    assert rate > 0
    assert summary == {
        "recorded": 3,
        "repeated": 0,
        "refused": 0,
        "rejected": 0,
        "due": 0,
        "until": "2026-04-01T10:00:00+03:00",
    }
    assert ran.err == ""
    assert not shop.rejects.exists()
    assert points(shop) == 60


def test_for_a_person_there_is_one_summary_and_results_on_demand(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), return_of(1, 9)])
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db)
    assert ran.code == 1
    assert "recorded" in ran.out
    assert "R-1" not in ran.out
    again = run("replay", file, "--db", shop.db, "--results")
    assert "purchase R-1, member M-1: +20 points, +20 credits (recorded before)" in again.out
    assert f"{file}:2: UnknownActivity" in again.out


def test_a_repeated_replay_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), purchase(2)])
    first = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    before = dump(shop.file)
    again = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert again.lines[:-1] == first.lines[:-1]
    assert again.lines[-1]["summary"]["repeated"] == 2
    assert dump(shop.file) == before


def test_what_cannot_be_recorded_goes_to_the_reject_file_and_the_rest_goes_on(
    shop: Shop, tmp_path: Path
) -> None:
    over = return_of(1, 1, lines=[{"id": "1", "quantity": 5}])
    lines: list[Any] = [
        purchase(1),
        '{"type": "purchase", "id"',
        purchase(2) | {"amount": 20},
        over,
        purchase(4),
    ]
    file = jsonl(tmp_path / "a.jsonl", lines)
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 1
    codes = [line["error"]["code"] if "error" in line else "" for line in ran.lines[:-1]]
    assert codes == ["", "InvalidActivity", "InvalidActivity", "OverReturn", ""]
    refused = ran.lines[3]
    assert (refused["file"], refused["line"]) == (str(file), 4)
    assert refused["activity"] == {"source": "pos", "type": "return", "id": "X-1"}
    assert ran.lines[1]["activity"] is None
    summary = ran.lines[-1]["summary"]
    assert (summary["recorded"], summary["rejected"], summary["refused"]) == (2, 2, 1)
    assert ran.err == f"3 not recorded; {shop.rejects.name} says why.\n"
    assert points(shop) == 40

    rejects = [json.loads(line) for line in shop.rejects.read_text().splitlines()]
    assert [(one["file"], one["line"], one["code"]) for one in rejects] == [
        (str(file), 2, "InvalidActivity"),
        (str(file), 3, "InvalidActivity"),
        (str(file), 4, "OverReturn"),
    ]
    assert rejects[0]["text"] == '{"type": "purchase", "id"'
    assert "JSON number" in rejects[1]["reason"]
    assert rejects[2]["activity"] == over


def test_mended_and_replayed_again_only_the_mended_is_new(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), purchase(2) | {"amount": "x"}])
    rejects = tmp_path / "kept.jsonl"
    options = ("--rules", shop.rules, "--db", shop.db, "--rejects", rejects)
    assert run("replay", file, *options).code == 1
    assert rejects.exists()
    jsonl(file, [purchase(1), purchase(2)])
    summary = succeed("replay", file, *options, "--json").lines[-1]["summary"]
    assert (summary["recorded"], summary["repeated"]) == (1, 1)
    assert not rejects.exists(), "rejects of an earlier run would pass for this one's"


def test_several_files_are_merged_by_time(shop: Shop, tmp_path: Path) -> None:
    odd = jsonl(tmp_path / "odd.jsonl", [purchase(1), purchase(3)])
    even = jsonl(tmp_path / "even.jsonl", [purchase(2), purchase(4)])
    ran = succeed("replay", even, odd, "--rules", shop.rules, "--db", shop.db, "--json")
    assert [line["activity"]["id"] for line in ran.lines[:-1]] == ["R-1", "R-2", "R-3", "R-4"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_tables_are_read_through_a_mapping(shop: Shop, tmp_path: Path, ending: str) -> None:
    rows = [("R-1", "M-1", "2026-03-01 10:00", "20.00"), ("R-2", "M-1", "2026-03-02 10:00", "50.00")]
    file = table(tmp_path / f"sales.{ending}", rows)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING)
    ran = succeed("replay", file, "--mapping", mapping, "--rules", shop.rules, "--db", shop.db, "--json")
    assert [line["totals"]["points"] for line in ran.lines[:-1]] == [20, 60]


def table(path: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    """A table of receipts in the format that its name says."""
    names = ("receipt", "card", "time", "total")
    if path.suffix == ".parquet":
        columns = zip(*rows, strict=True)
        pq.write_table(
            pa.table({name: list(cells) for name, cells in zip(names, columns, strict=True)}), path
        )
        return path
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def test_invented_returns_are_labelled_and_taken_back(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), purchase(2)])
    policy = tmp_path / "invented.yaml"
    policy.write_text("everything: {one_in: 1, after_days: 3}\n")
    ran = succeed("replay", file, "--invent", policy, "--rules", shop.rules, "--db", shop.db, "--json")
    assert [line["activity"]["source"] for line in ran.lines[:-1]] == ["pos", "pos", "invented", "invented"]
    assert points(shop) == 0


def test_the_business_clock_follows_the_activities_or_stands_on_the_wall(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1), purchase(2)])
    followed = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json").lines
    assert followed[0]["balance"]["at"] == "2026-03-01T10:00:00+02:00"
    assert followed[-1]["summary"]["until"] == "2026-03-02T10:00:00+02:00"
    other = f"sqlite:///{tmp_path / 'other.db'}"
    wall = succeed("replay", file, "--rules", shop.rules, "--db", other, "--clock", "wall", "--json").lines
    assert wall[0]["balance"]["at"] > "2026-03-02"
    assert wall[-1]["summary"]["until"] is None


def test_what_falls_due_before_the_end_is_posted(shop: Shop, tmp_path: Path) -> None:
    member: dict[str, Any] = {"type": "enrolment", "id": "M-1", "source": "crm", "member": "M-1"}
    member |= {"at": "2026-02-01T10:00:00+02:00", "attributes": {"plan": "M", "newsletter": True}}
    later = purchase(30) | {"member": "M-2"}
    file = jsonl(tmp_path / "a.jsonl", [member, purchase(1), later])
    summary = succeed("replay", file, "--rules", shop.rules, "--db", shop.db, "--json").lines[-1]["summary"]
    assert summary["due"] == 2, "the release of 5 points and of as many credits"


def test_rules_are_needed_only_where_the_database_has_none(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1)])
    missing = run("replay", file, "--db", shop.db, "--json")
    assert missing.code == 4
    assert not shop.file.exists()
    succeed("rules", "publish", shop.rules, "--db", shop.db)
    succeed("replay", file, "--db", shop.db)
    assert points(shop) == 20


def test_new_rules_are_published_and_decide(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "a.jsonl", [purchase(1)])
    succeed("replay", file, "--rules", shop.rules, "--db", shop.db)
    (shop.rules / "examples.yaml").unlink()
    (shop.rules / "accrual.yaml").write_text(
        "stacks: {base: {take: first}}\n"
        "accrual: {everyday: {stack: base, when: {type: purchase}, earn: 2 points per 1.00}}\n"
    )
    more = jsonl(tmp_path / "b.jsonl", [purchase(2)])
    ran = succeed("replay", more, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.lines[0]["totals"]["points"] == 40
    assert len(succeed("status", "--db", shop.db, "--json").document["rulebooks"]) == 2


def test_a_history_before_the_rules_is_refused_activity_by_activity(shop: Shop, tmp_path: Path) -> None:
    early = purchase(1) | {"at": "2025-03-01T10:00:00+02:00"}
    file = jsonl(tmp_path / "a.jsonl", [early, purchase(2)])
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 1
    assert ran.lines[0]["error"]["code"] == "NoRulebook"
    assert ran.lines[1]["totals"]["points"] == 20


def test_a_replay_does_not_write_its_rejects_over_its_input(shop: Shop, tmp_path: Path) -> None:
    file = jsonl(tmp_path / "rejects.jsonl", [purchase(1), "nonsense"])
    before = file.read_text()
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidCommand"
    assert file.read_text() == before
    assert not shop.file.exists()


def test_a_file_that_is_damaged_further_in_ends_the_replay(shop: Shop, tmp_path: Path) -> None:
    """What stood before the damage is recorded; the mended file is taken up where it broke off."""
    many = [purchase(1) | {"id": f"R-{number}"} for number in range(300)]
    whole = jsonl(tmp_path / "a.jsonl", many).read_bytes()
    packed = gzip.compress(whole)
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(packed[: len(packed) * 3 // 4])
    ran = run("replay", file, "--rules", shop.rules, "--db", shop.db, "--json")
    assert ran.code == 3
    assert ran.error["code"] == "InvalidFile"
    recorded = ran.lines[-2]["summary"]["recorded"]
    assert recorded == len(ran.lines) - 2 > 0
    file.write_bytes(packed)
    summary = succeed("replay", file, "--db", shop.db, "--json").lines[-1]["summary"]
    assert (summary["repeated"], summary["recorded"]) == (recorded, 300 - recorded)
