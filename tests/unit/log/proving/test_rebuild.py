"""Projections catch up from where they stand, or are made anew when their fold has changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.base.clock import ManualClock
from app.log.entries import Numbered
from app.log.files.database import Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.opening import find
from app.log.proving import rebuild
from app.log.proving.rebuild import positions, standing
from app.log.store import open_store
from tests.helpers.counting import NOON, Counting, counted, counting_store, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """25 entries, to be folded in batches of 10."""
    monkeypatch.setattr(rebuild, "REFOLD_BATCH", 10)
    with counting_store(tmp_path) as store:
        write(store, *[counted("abc"[number % 3]) for number in range(25)])
    return tmp_path


def digest_of(folder: Path, projector: Counting) -> str:
    with counting_store(folder, projector) as store:
        return projector.digest(store.reader())


def set_back(folder: Path, gseq: int, name: str = "%") -> None:
    found = find(DataFolder(folder), FileKeys(folder / "muster.key"))
    with engine(folder / "muster.db", found.key, Access.WRITE).connect() as connection:
        connection.exec_driver_sql("UPDATE position SET gseq = ? WHERE projection LIKE ?", (gseq, name))


def test_up_to_date_nothing_is_folded(folder: Path) -> None:
    projector = Counting()
    digest_of(folder, projector)
    assert (projector.resets, projector.batches) == (0, [])


@pytest.mark.parametrize("newer", [Counting(version=2), Counting(names=("counter", "total", "third"))])
def test_another_version_or_another_set_is_made_anew(folder: Path, newer: Counting) -> None:
    before = digest_of(folder, Counting())
    assert digest_of(folder, newer) == before
    assert (newer.resets, newer.batches) == (1, [10, 10, 5])
    assert newer.told == list(range(1, 26))
    with counting_store(folder, Counting(1)) as store:
        assert set(positions(store.reader())) == {"counter", "total"}


def test_a_forced_refold_reports_its_progress(folder: Path) -> None:
    projector, heard = Counting(), list[tuple[int, int]]()
    clock = ManualClock(NOON)
    open_store(folder, clock, projector, progress=lambda *done: heard.append(done), refold=True).close()
    assert (projector.resets, heard) == (1, [(10, 25), (20, 25), (25, 25)])


def test_lagging_projections_go_on_from_where_they_stand(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        write(store, counted("a"))

    class Lagging(Counting):
        """As a program that appended without these projections would leave it."""

        def fold(
            self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
        ) -> None:
            pass

    with counting_store(tmp_path, Lagging()) as store:
        write(store, counted("a"), counted("b"))
    set_back(tmp_path, 1)
    projector = Counting()
    with counting_store(tmp_path, projector) as store:
        rows = store.reader().exec_driver_sql("SELECT name, count FROM counter ORDER BY name").all()
        assert set(positions(store.reader()).values()) == {(1, 3)}
    assert (projector.resets, projector.batches) == (0, [2])
    assert [tuple(row) for row in rows] == [("a", 2), ("b", 1)]


def test_projections_that_disagree_or_are_ahead_are_made_anew(folder: Path) -> None:
    for gseq, name in ((20, "counter"), (26, "%")):
        set_back(folder, gseq, name)
        projector = Counting()
        digest_of(folder, projector)
        assert projector.resets == 1


def test_a_fold_that_fails_opens_nothing_and_says_where(folder: Path) -> None:
    class Broken(Counting):
        def fold(
            self, connection: Connection, entries: Sequence[Numbered], pending: Sequence[Numbered] = ()
        ) -> None:
            if entries[0].gseq > 10:
                raise ArithmeticError
            super().fold(connection, entries, pending)

    with pytest.raises(ArithmeticError) as failed:
        counting_store(folder, Broken(version=2))
    assert failed.value.__notes__ == ["while folding entries 11 to 20"]
    mended = Counting(version=2)
    digest_of(folder, mended)
    assert mended.batches == [10, 5]


def test_where_projections_stand() -> None:
    wanted = {"a": 1, "b": 2}
    assert standing({"a": (1, 7), "b": (2, 7)}, wanted, 9) == 7
    assert standing({"a": (1, 7), "b": (2, 8)}, wanted, 9) is None
    assert standing({"a": (1, 7), "b": (3, 7)}, wanted, 9) is None
    assert standing({"a": (1, 7)}, wanted, 9) is None
    assert standing({"a": (1, 10), "b": (2, 10)}, wanted, 9) is None
    assert standing({}, {}, 9) == 9
