"""The demo walks to its end, and a second run finds everything done and says the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "complete_journey"
HOUSEHOLDS = (2137, 2181)  # those that the demo shows
ITS_OWN = re.compile(
    r"^(recorded|repeated|releases and expiries at the end|seconds|activities a second) .*\n", re.MULTILINE
)


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The year of the households that the demo shows, laid out as the whole data is."""
    rows = pq.read_table(DATA / "cj_transactions.parquet")
    kept = rows.filter(pc.is_in(rows["household_id"], value_set=pc.cast(list(HOUSEHOLDS), "int32")))
    folder = tmp_path / "whole"
    folder.mkdir()
    pq.write_table(kept, folder / "cj_transactions.parquet")
    shutil.copy(DATA / "cj_products.parquet", folder)
    return folder


def demo(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("LOYALTY_")}
    return subprocess.run(
        [ROOT / "scripts" / "demo", *arguments],
        env=environment,
        cwd=ROOT.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_it_walks_to_the_proof_and_twice_is_as_good_as_once(few: Path, tmp_path: Path) -> None:
    arguments = ("--whole", few, "--into", tmp_path / "demo")
    first, second = demo(*arguments), demo(*arguments)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "INVENTED" in first.stdout
    for said in (
        r"hold: pay-with-points",
        r"restoration: pay-with-points",
        r"Because \d+ points of .* paid \d+\.\d\d USD by `pay-with-points`\.",
        r"Because rule `\S+` granted",
        r"voucher-10 +900 points",
        r"2017-11 +silver +none +withdrawn +1",
        r"1 +2017-11-04 .* +silver +reached",
        r"recorded +nothing: a dry run",
        r"Sound: 2 accounts with [\d,]+ entries rebuild to what is stored\.",
    ):
        assert re.search(said, first.stdout), f"{said}\n{first.stdout}"
    assert "0 are available" in first.stderr  # the redemption of today, which is refused
    assert ITS_OWN.sub("", first.stdout) == ITS_OWN.sub("", second.stdout)
    assert re.search(r"recorded +0\nrepeated +\d\d", second.stdout)


def test_what_it_does_not_know_it_explains() -> None:
    ran = demo("--hole")
    assert ran.returncode == 2
    assert "--whole P" in ran.stderr
    assert "--into F" in ran.stderr
