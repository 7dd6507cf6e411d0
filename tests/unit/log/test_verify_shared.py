"""Verifying what several databases wrote: verdicts, homes, waiting entries and the digests kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from app.log.entries import TimeClaim
from app.log.files.database import Access, engine, transaction
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.files.origin import seal
from app.log.files.schema import read_tail
from app.log.following import pending
from app.log.opening import find
from app.log.proving import marks
from app.log.proving.verify import Report, verify
from tests.helpers.counting import NOON, Counting, Elsewhere, counted, counting_store, push, write

WAITING = 4


def inside(folder: Path, work: Callable[[Connection], None]) -> None:
    """What somebody with the key could do."""
    found = find(DataFolder(folder), FileKeys(folder / "muster.key"))
    with engine(folder / "muster.db", found.key, Access.WRITE).connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        with transaction(connection):
            work(connection)


def change(folder: Path, statement: str) -> None:
    inside(folder, lambda connection: connection.exec_driver_sql(statement) and None)


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


def let_wait(folder: Path) -> None:
    """Seal entries behind the last of this database's own that have no number yet."""
    about = find(DataFolder(folder), FileKeys(folder / "muster.key")).about

    def work(connection: Connection) -> None:
        tail = read_tail(connection, about).written
        waiting = []
        for _ in range(WAITING):
            claim = TimeClaim(wall=NOON, boot=0, boot_id="b")
            draft = counted("a", subjects=("incident:1",))
            entry, raw, tail = seal(draft, about.database, tail, claim, "sha256")
            waiting.append(pending.place(entry, raw, NOON))
        pending.insert(connection, waiting)

    inside(folder, work)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers 1 to 20; 12 has a verdict, digests stand at 5, 10, 15 and 20, four entries wait."""
    folder = tmp_path_factory.mktemp("shared")
    one, other = Elsewhere("desk-1"), Elsewhere("desk-2", algorithm="sm3")
    with pytest.MonkeyPatch.context() as patch, counting_store(folder) as store:
        patch.setattr(marks, "DIGEST_EVERY", 5)
        write(store, *[counted("a", subjects=(f"ext:x:{n}",)) for n in range(10)])
        push(store, one.name, one.seal(counted("b")), one.seal(counted("b", subjects=("ext:x:3",))))
        push(store, other.name, *other.parcels(4))
        push(store, one.name, *one.parcels(4))
    let_wait(folder)
    return folder


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


@pytest.fixture(autouse=True)
def close_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "DIGEST_EVERY", 5)


def test_a_whole_one_says_what_waits(filled: Path) -> None:
    report = verify(filled, Counting)
    assert (report.problems, report.entries, report.pending, report.folded) == ((), 20, WAITING, True)
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE entry SET verdict = '' WHERE gseq = 12", "hash_wrong"),
        ("UPDATE entry SET verdict = 'not_permitted' WHERE gseq = 12", "hash_wrong"),
        ("UPDATE entry SET verdict = 'not_permitted' WHERE gseq = 20", "hash_wrong"),
        ("UPDATE entry SET home = 1, home_gseq = 7 WHERE gseq = 20", "hash_wrong"),
        ("UPDATE entry SET eid = eid || char(10) || '12' WHERE gseq = 12", "columns_differ"),
        ("INSERT INTO unique_subject VALUES('ext:x:99', 12)", "subjects_differ"),
        ("UPDATE unique_subject SET gseq = 12 WHERE subject = 'ext:x:3'", "subjects_differ"),
        ("UPDATE mark SET digest = 'sha256:00' WHERE gseq = 10", "mark_differs"),
        ("INSERT INTO mark VALUES(11, 'sha256:00')", "mark_unknown"),
        ("INSERT INTO mark VALUES(25, 'sha256:00')", "mark_unknown"),
        ("DELETE FROM pending WHERE oseq = 12", "origin_gap"),
        ("UPDATE pending SET oseq = 99 WHERE oseq = 14", "columns_differ"),
        ("UPDATE pending SET eid = 'x' WHERE oseq = 12", "columns_differ"),
        ("UPDATE pending SET raw = x'7b7d' WHERE oseq = 12", "entry_unreadable"),
        (
            "UPDATE pending SET raw = CAST(replace(CAST(raw AS TEXT), 'op-1', 'op-2') AS BLOB) "
            "WHERE oseq = 12",
            "origin_chain_broken",
        ),
        ("DELETE FROM pending_subject WHERE oseq = 12", "subjects_differ"),
        ("INSERT INTO pending_subject VALUES('incident:2', 12)", "subjects_differ"),
    ],
)
def test_a_change_from_inside_is_found(copy: Path, statement: str, found: str) -> None:
    change(copy, statement)
    assert found in codes(verify(copy, Counting))


def test_digests_of_other_folds_are_not_compared(copy: Path) -> None:
    change(copy, "UPDATE mark SET digest = 'sha256:00'")
    assert verify(copy, lambda: Counting(version=2)).whole


def test_a_waiting_entry_of_another_database_is_a_finding_and_not_the_end(copy: Path) -> None:
    def forge(connection: Connection) -> None:
        raw = Elsewhere().parcels(1)[0].raw
        connection.exec_driver_sql("UPDATE pending SET raw = ? WHERE oseq = 11", (raw,))

    inside(copy, forge)
    assert "columns_differ" in codes(verify(copy, Counting))
