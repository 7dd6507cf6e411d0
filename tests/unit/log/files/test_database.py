"""Connections are as durable, as private and as harmless as they claim."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.base.language import LANGUAGES, load_language, placeholders
from app.log.files import database
from app.log.files.database import Access, disk_errors_told, engine, snapshot, transaction
from app.log.files.keys import KEY_BYTES

KEY = bytes(range(KEY_BYTES))


def make(path: Path) -> None:
    with engine(path, KEY, Access.CREATE).connect() as connection, transaction(connection):
        connection.exec_driver_sql("CREATE TABLE t(a TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES('plain words')")


def test_the_writer_survives_power_cuts_and_erases_for_good(tmp_path: Path) -> None:
    make(tmp_path / "m.db")
    with engine(tmp_path / "m.db", KEY, Access.WRITE).connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_the_wal_bug_of_old_libraries_is_not_in_this_one(tmp_path: Path) -> None:
    make(tmp_path / "m.db")
    with engine(tmp_path / "m.db", KEY, Access.READ).connect() as connection:
        version = str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())
    assert tuple(int(part) for part in version.split(".")) >= (3, 51, 3)


def test_nothing_on_disk_can_be_read_without_the_key(tmp_path: Path) -> None:
    make(tmp_path / "m.db")
    with engine(tmp_path / "m.db", KEY, Access.WRITE).connect() as connection, transaction(connection):
        connection.exec_driver_sql("INSERT INTO t VALUES('more plain words')")
        files = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(files) >= 2
    assert all(b"plain words" not in content for content in files)
    with pytest.raises(sqlite3.DatabaseError), sqlite3.connect(tmp_path / "m.db") as plain:
        plain.execute("SELECT * FROM t")
    plain.close()


@pytest.mark.parametrize("access", [Access.READ, Access.LOOK, Access.STILL])
def test_readers_cannot_write(tmp_path: Path, access: Access) -> None:
    make(tmp_path / "m.db")
    with engine(tmp_path / "m.db", KEY, access).connect() as connection:
        assert connection.exec_driver_sql("SELECT a FROM t").scalar() == "plain words"
        with pytest.raises(WorldError) as refused:
            connection.exec_driver_sql("INSERT INTO t VALUES('x')")
    assert refused.value.key == "database_read_only"


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    make(tmp_path / "m.db")
    with engine(tmp_path / "m.db", KEY, Access.WRITE).connect() as connection:

        def fail_halfway() -> None:
            with transaction(connection):
                connection.exec_driver_sql("DELETE FROM t")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_halfway()
        with transaction(connection):
            assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 1


def test_a_snapshot_stands_still(tmp_path: Path) -> None:
    make(tmp_path / "m.db")
    writing, looking = (engine(tmp_path / "m.db", KEY, access) for access in (Access.WRITE, Access.READ))
    count = "SELECT count(*) FROM t"
    with writing.connect() as writer, looking.connect() as reader:
        with snapshot(reader):
            with transaction(writer):
                writer.exec_driver_sql("INSERT INTO t VALUES('later')")
            assert reader.exec_driver_sql(count).scalar() == 1
        assert reader.exec_driver_sql(count).scalar() == 2


def test_what_the_system_refuses_is_told(tmp_path: Path) -> None:
    for error, key in (
        (OSError(28, os.strerror(28)), "disk_full"),
        (OSError(5, os.strerror(5)), "disk_failed"),
        (PermissionError(13, os.strerror(13)), "database_read_only"),
    ):
        with pytest.raises(WorldError) as refused, disk_errors_told(tmp_path):
            raise error
        assert refused.value.key == key


@pytest.mark.parametrize("code", LANGUAGES)
def test_whatever_sqlite_refuses_has_a_sentence_about_the_path(code: str) -> None:
    sentences = load_language(code, Path(__file__).parents[4] / "resources" / "language").sentences
    for key in {*database._MEANING.values(), "disk_full", "disk_failed", "database_or_key_foreign"}:
        assert placeholders(sentences[f"error.{key}"]) == {"path"}
