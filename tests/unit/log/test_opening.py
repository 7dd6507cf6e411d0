"""New, half-made, foreign, broken and newer data directories: each is taken up or told apart."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from app.base.clock import ManualClock, SystemClock
from app.base.errors import MusterError, UsageError, WorldError
from app.log.files.database import Access, engine, transaction
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.files.schema import DESK, FORMAT, HUB
from app.log.opening import Founding, find, found_or_make
from app.log.store import open_store
from tests.helpers.counting import NOON, Counting, counted, counting_store, write


def key_of(refused: pytest.ExceptionInfo[MusterError]) -> str:
    return refused.value.key


def refused_as(folder: Path) -> str:
    """How opening `folder` is refused; nothing in it may change by that."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "muster.lock"}
    with pytest.raises(WorldError) as refused:
        counting_store(folder)
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "muster.lock"}
    # A look at a database makes SQLite's two helper files, empty ones.
    new = after.keys() - before.keys()
    assert new <= {"muster.db-wal", "muster.db-shm"}
    assert {name: data for name, data in after.items() if name not in new} == before
    return refused.value.key


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with counting_store(folder) as store:
        write(store, *[counted("a") for _ in range(200)])
    return folder


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


def test_a_new_directory_is_made_whole(tmp_path: Path) -> None:
    with counting_store(tmp_path / "deep" / "data") as store:
        assert (store.mark, store.head().gseq, store.about.format) == ("demo", 0, FORMAT)
        sidecar = DataFolder(store.folder).read_sidecar()
    assert sidecar is not None
    assert (sidecar.database, sidecar.mark, sidecar.format) == (store.origin, "demo", FORMAT)
    names = {path.name for path in (tmp_path / "deep" / "data").iterdir()}
    assert names == {"muster.db", "muster.json", "muster.key", "muster.lock"}


def test_it_opens_again_as_the_same(copy: Path) -> None:
    with counting_store(copy) as one:
        origin, head = one.origin, one.head()
    with counting_store(copy) as again:
        assert (again.origin, again.head()) == (origin, head)
        assert write(again, counted()).entries[0].gseq == head.gseq + 1


def test_two_directories_have_two_ids_and_two_keys(tmp_path: Path) -> None:
    with counting_store(tmp_path / "a") as one, counting_store(tmp_path / "b") as other:
        assert one.origin != other.origin
        assert one.head().stream != other.head().stream
    assert (tmp_path / "a/muster.key").read_bytes() != (tmp_path / "b/muster.key").read_bytes()


def test_a_second_program_is_refused(copy: Path) -> None:
    with counting_store(copy), pytest.raises(WorldError) as refused:
        counting_store(copy)
    assert (key_of(refused), refused.value.params["pid"]) == ("folder_in_use", str(os.getpid()))


def test_a_refused_opening_lets_go_of_the_lock(copy: Path) -> None:
    (copy / "muster.key").rename(copy / "away")
    assert refused_as(copy) == "key_missing"
    (copy / "away").rename(copy / "muster.key")
    counting_store(copy).close()


def test_wrong_key(copy: Path, tmp_path: Path) -> None:
    FileKeys(copy / "muster.key").create()
    assert refused_as(copy) == "key_wrong"


def test_garbage_in_the_place_of_the_key(copy: Path) -> None:
    (copy / "muster.key").write_text("letmein")
    assert refused_as(copy) == "key_unreadable"


def test_wrong_key_and_no_sidecar(copy: Path) -> None:
    (copy / "muster.json").unlink()
    FileKeys(copy / "muster.key").create()
    assert refused_as(copy) == "database_or_key_foreign"


def test_plain_sqlite(copy: Path) -> None:
    (copy / "muster.db").unlink()
    with sqlite3.connect(copy / "muster.db") as plain:
        plain.execute("CREATE TABLE entry(gseq INTEGER)")
    plain.close()
    assert refused_as(copy) == "database_foreign"


def test_a_file_of_something_else(copy: Path) -> None:
    (copy / "muster.db").write_bytes(b"%PDF-1.7 " * 4096)
    assert refused_as(copy) == "database_foreign"


def test_an_encrypted_database_of_something_else(copy: Path) -> None:
    key = FileKeys(copy / "muster.key").load()
    assert key is not None
    (copy / "muster.db").unlink()
    with engine(copy / "muster.db", key, Access.CREATE).connect() as connection, transaction(connection):
        connection.exec_driver_sql("CREATE TABLE customers(name TEXT)")
    assert refused_as(copy) == "database_foreign"


def test_a_database_of_another_sidecar(copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(copy / "muster.key", other)
    counting_store(other).close()
    shutil.copy(other / "muster.db", copy)
    assert refused_as(copy) == "sidecar_mismatch"


def test_a_sidecar_that_hides_the_mark(copy: Path) -> None:
    sidecar = msgspec.json.decode((copy / "muster.json").read_bytes())
    (copy / "muster.json").write_bytes(msgspec.json.encode(sidecar | {"mark": ""}))
    assert refused_as(copy) == "sidecar_mismatch"


@pytest.mark.parametrize("left", [0, 1, 1000, 4096, 8192, 40_000, -4096, -100, -1])
def test_truncated(copy: Path, left: int) -> None:
    content = (copy / "muster.db").read_bytes()
    (copy / "muster.db").write_bytes(content[:left])
    assert refused_as(copy) == "database_truncated"


def test_damaged_where_opening_reads(copy: Path) -> None:
    content = bytearray((copy / "muster.db").read_bytes())
    content[4096 + 99] ^= 1
    (copy / "muster.db").write_bytes(bytes(content))
    assert refused_as(copy) == "database_damaged"


def test_newer_sidecar(copy: Path) -> None:
    sidecar = msgspec.json.decode((copy / "muster.json").read_bytes())
    (copy / "muster.json").write_bytes(msgspec.json.encode(sidecar | {"format": FORMAT + 1}))
    assert refused_as(copy) == "database_newer"


def test_newer_database(copy: Path) -> None:
    found = find(DataFolder(copy), FileKeys(copy / "muster.key"))
    with engine(copy / "muster.db", found.key, Access.WRITE).connect() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE key = 'format'")
    (copy / "muster.json").unlink()
    assert refused_as(copy) == "database_newer"


def test_a_lost_database_is_not_replaced_by_an_empty_one(copy: Path) -> None:
    (copy / "muster.db").unlink()
    assert refused_as(copy) == "database_missing"
    (copy / "muster.json").unlink()
    (copy / "muster.db-wal").write_bytes(b"commits that belong to it")
    assert refused_as(copy) == "database_missing"


def test_a_lost_sidecar_is_written_anew(copy: Path) -> None:
    before = (copy / "muster.json").read_bytes()
    (copy / "muster.json").unlink()
    counting_store(copy).close()
    assert (copy / "muster.json").read_bytes() == before


def test_a_broken_sidecar_is_told(copy: Path) -> None:
    (copy / "muster.json").write_text("{")
    assert refused_as(copy) == "sidecar_unreadable"


def test_what_a_crash_left_of_making_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "muster.db.new").write_bytes(b"half")
    (tmp_path / "muster.key.new").write_bytes(b"half")
    with counting_store(tmp_path) as store:
        write(store, counted())
    assert not list(tmp_path.glob("*.new*"))


def test_a_look_at_an_empty_directory_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as refused:
        find(DataFolder(tmp_path), FileKeys(tmp_path / "muster.key"))
    assert key_of(refused) == "database_absent"
    assert not list(tmp_path.iterdir())


def test_marks(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_store(tmp_path / "a", SystemClock(), Counting(), mark="play")
    assert key_of(refused) == "mark_unknown"
    open_store(tmp_path / "b", SystemClock(), Counting()).close()
    with pytest.raises(UsageError) as refused:
        open_store(tmp_path / "b", SystemClock(), Counting(), mark="demo")
    assert key_of(refused) == "mark_differs"


def test_real_data_takes_only_the_clock_of_the_pc(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_store(tmp_path / "a", ManualClock(NOON), Counting())
    assert key_of(refused) == "clock_not_allowed"
    assert not (tmp_path / "a" / "muster.db").exists()
    open_store(tmp_path / "a", SystemClock(), Counting()).close()
    with pytest.raises(UsageError):
        open_store(tmp_path / "a", ManualClock(NOON), Counting())


def test_a_clock_that_tells_real_time_is_let_in_by_name(tmp_path: Path) -> None:
    """As the hub's time is on a desk: estimated, and not made up."""
    open_store(tmp_path, ManualClock(NOON), Counting(), trusted_clock=True).close()
    with open_store(tmp_path, ManualClock(NOON), Counting(), trusted_clock=True) as store:
        assert write(store, counted()).entries[0].at == NOON


def test_a_database_of_the_other_role_is_refused(tmp_path: Path) -> None:
    for role, stream in ((DESK, ""), (HUB, None)):
        folder = DataFolder(tmp_path / role)
        folder.prepare()
        made = found_or_make(folder, FileKeys(folder.key), Founding("demo", "sha256", NOON, role))
        assert (made.about.role, stream in (None, made.about.stream)) == (role, True)
    with pytest.raises(WorldError) as refused:
        counting_store(tmp_path / DESK)
    assert (key_of(refused), refused.value.params["role"]) == ("role_differs", DESK)
    counting_store(tmp_path / HUB).close()


def test_a_new_epoch_begins_behind_the_last_number(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        write(store, counted(), counted())
        began = "INSERT INTO epoch(epoch, first_gseq, began_at) VALUES(2, 3, 0)"
        store.write(lambda connection: connection.exec_driver_sql(began).rowcount).result(10)
    with counting_store(tmp_path) as store:
        assert (store.head().epoch, store.head().gseq) == (2, 2)
        assert [n.epoch for n in write(store, counted()).entries] == [2]
        assert [n.epoch for n in store.read_after(0, 9)] == [1, 1, 2]


@contextmanager
def nobody() -> Iterator[None]:
    """The superuser may write everywhere: be somebody else for the block."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="no file modes")
@pytest.mark.parametrize("empty", [True, False])
def test_a_directory_that_cannot_be_written(filled: Path, empty: bool) -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "data"
        if empty:
            folder.mkdir()
        else:
            shutil.copytree(filled, folder)
        (folder / "muster.lock").unlink(missing_ok=True)
        folder.chmod(0o555)
        Path(parent).chmod(0o755)
        with nobody(), pytest.raises(WorldError) as refused:
            counting_store(folder)
        folder.chmod(0o755)
    assert key_of(refused) == "folder_read_only"
