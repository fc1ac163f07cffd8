"""Opening a store by its URL, and what is said when that cannot be."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from loyalty_adapters.driver import open_driver
from loyalty_adapters.sql.sqlite_driver import SqliteDriver
from loyalty_adapters.sql.sqlite_file import SqliteFile
from loyalty_engine.errors import DatabaseBusy, InvalidCommand, LoyaltyError, SchemaMismatch, StoreFailure


def count(path: Path, pragma: str) -> str:
    connection = sqlite3.connect(path)
    value = str(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
    connection.close()
    return value


def test_a_file_is_created_with_its_tables_and_opened_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop no%201#.db"
    for _ in range(2):
        with closing(open_driver(url)) as driver, driver.reading() as reader:
            assert reader.account_count() == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop no%201#.db"]


def test_a_relative_path_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    driver = open_driver("sqlite:///shop.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with driver.reading() as reader:
        assert reader.account_count() == 0
    driver.close()

    assert (tmp_path / "shop.db").is_file()
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "memory://"])
def test_a_database_in_memory_is_new_each_time(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        driver = open_driver(url)
        with driver.reading() as reader:
            assert reader.account_count() == 0
        driver.close()
    with pytest.raises(StoreFailure, match="starts empty"):
        open_driver(url, create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ann:secret@host/shop",
        "mysql://host/shop",
        "shop.db",
        "",
        "sqlite:shop.db",
        "memory://shop",
        "sqlite://shop.db",
        "sqlite:///",
        "sqlite:///shop.db?mode=ro",
    ],
)
def test_what_is_no_url_of_ours_is_told_with_what_is(url: str) -> None:
    with pytest.raises(InvalidCommand, match=r"sqlite:///file\.db") as caught:
        open_driver(url)

    assert "secret" not in caught.value.message


def test_without_create_a_missing_file_is_a_failure_and_nothing_is_created(tmp_path: Path) -> None:
    with pytest.raises(StoreFailure, match="there is no database"):
        open_driver(f"sqlite:///{tmp_path}/shop.db", create=False)

    assert list(tmp_path.iterdir()) == []


def test_without_create_no_tables_are_added_to_a_foreign_database(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "host.db")
    connection.execute("CREATE TABLE customer (id)")
    connection.close()

    with pytest.raises(SchemaMismatch, match="no tables of ours"):
        open_driver(f"sqlite:///{tmp_path}/host.db", create=False)

    open_driver(f"sqlite:///{tmp_path}/host.db").close()
    open_driver(f"sqlite:///{tmp_path}/host.db", create=False).close()


@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Points are money that a company owes. " * 100)
    before = path.read_bytes()

    with pytest.raises(StoreFailure, match="is not an SQLite database"):
        open_driver(f"sqlite:///{path}", create=create)

    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("where", ["no/such/folder/shop.db", "."])
def test_a_place_where_no_file_can_be_is_told(tmp_path: Path, where: str) -> None:
    with pytest.raises(StoreFailure, match="cannot be opened"):
        open_driver(f"sqlite:///{tmp_path}/{where}")


def test_a_truncated_database_is_a_failure(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    open_driver(url).close()
    whole = (tmp_path / "shop.db").read_bytes()
    (tmp_path / "shop.db").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreFailure):
        open_driver(url)


def test_tables_of_another_version_are_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    open_driver(url).close()
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("DROP INDEX loyalty_lot_due")
    connection.close()

    with pytest.raises(SchemaMismatch, match="loyalty_lot_due is missing"):
        open_driver(url)


@pytest.mark.parametrize("statement", ["CREATE TABLE customer (id)", "CREATE TABLE loyalty_entry (id)"])
def test_a_refused_database_keeps_its_every_byte(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute(statement)
    before = (tmp_path / "other.db").read_bytes()

    with pytest.raises(SchemaMismatch):
        open_driver(f"sqlite:///{tmp_path}/other.db", create="loyalty" in statement)

    assert (tmp_path / "other.db").read_bytes() == before


def test_synchronous_is_one_of_sqlites_words(tmp_path: Path) -> None:
    with pytest.raises(InvalidCommand, match="FULL"):
        open_driver(f"sqlite:///{tmp_path}/shop.db", synchronous="0; DROP TABLE loyalty_entry")

    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_ahead_and_synced_in_full_unless_told(tmp_path: Path) -> None:
    for word, level in (("FULL", 2), ("NORMAL", 1)):
        driver = open_driver(f"sqlite:///{tmp_path}/{word}.db", synchronous=word)
        assert isinstance(driver, SqliteDriver)
        connection = driver._file.connect()
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == level
        connection.close()
        driver.close()
        assert count(tmp_path / f"{word}.db", "journal_mode") == "wal"


def test_many_may_create_one_database_at_once(tmp_path: Path) -> None:
    failures: list[LoyaltyError] = []

    def run() -> None:
        try:
            open_driver(f"sqlite:///{tmp_path}/shop.db").close()
        except LoyaltyError as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_database_that_somebody_locks_is_busy(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    connection.execute("CREATE TABLE customer (id)")
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DatabaseBusy):
        SqliteDriver(SqliteFile(tmp_path / "shop.db", "OFF", busy_seconds=0.1))
    connection.close()


def test_a_database_whose_file_was_removed_fails_to_be_read_anew(tmp_path: Path) -> None:
    driver = open_driver(f"sqlite:///{tmp_path}/shop.db")
    (tmp_path / "shop.db").unlink()

    with pytest.raises(StoreFailure, match="cannot be opened"), driver.reading():
        pass
    driver.close()
