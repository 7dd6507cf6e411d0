"""A database of an older format is lifted on opening, whole or not at all, and its old file is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log import migrations
from app.log.files.database import Access, engine, transaction
from app.log.files.failpoints import VARIABLE
from app.log.files.folder import DataFolder, Sidecar
from app.log.files.keys import FileKeys, key_check
from app.log.files.schema import FORMAT, HUB, Meta, create, read_meta
from app.log.judging import once
from app.log.migrations.lifting import copy_of, upgrade
from app.log.proving.verify import verify
from app.log.store import Store, open_store
from app.projections.projector import HallProjector
from tests.golden import frozen
from tests.helpers.counting import NOON, ManualClock

ENTRIES = 40
_OLD_ENTRY = "INSERT INTO entry VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def make_old(folder: Path) -> Path:
    """A directory as a program of format 1 left it, with the first entries of the frozen log."""
    folder.mkdir()
    entries = frozen.read()[:ENTRIES]
    first = entries[0]
    key = FileKeys(folder / "muster.key").create()
    about = {
        "format": 1,
        "database": first.entry.origin,
        "stream": first.stream,
        "epoch": 1,
        "mark": "demo",
        "algorithm": "sha256",
        "created_by": "0.1.0",
        "created_at": first.hub_time,
    }
    with engine(folder / "muster.db", key, Access.CREATE).connect() as connection, transaction(connection):
        config = scripts()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("DROP TABLE alembic_version")
        rows = [(name, str(value)) for name, value in about.items()]
        connection.exec_driver_sql("INSERT INTO meta(key, value) VALUES(?, ?)", rows)
        names = [(1, first.entry.origin), (2, first.stream)]
        connection.exec_driver_sql("INSERT INTO name(id, text) VALUES(?, ?)", names)
        for n in entries:
            e = n.entry
            place = (n.epoch, n.hub_time, n.at, n.prev_hash, n.hash, n.raw)
            connection.exec_driver_sql(_OLD_ENTRY, (n.gseq, 1, e.oseq, e.eid, e.kind, 2, *place))
            for subject in dict.fromkeys(e.subjects):
                connection.exec_driver_sql("INSERT INTO subject VALUES(?, ?)", (subject, n.gseq))
            for subject in once(e.subjects):
                connection.exec_driver_sql("INSERT INTO unique_subject VALUES(?, ?)", (subject, n.gseq))
    sidecar = Sidecar(1, first.entry.origin, "sqlcipher 4", "0.1.0", "demo", key_check(key))
    DataFolder(folder).write_sidecar(sidecar)
    return folder


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_old(tmp_path_factory.mktemp("old") / "data")


@pytest.fixture
def copy(old: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(old, tmp_path / "copy"))


def opening(folder: Path) -> Store:
    return open_store(folder, ManualClock(NOON), HallProjector())


def key_of(folder: Path) -> bytes:
    key = FileKeys(folder / "muster.key").load()
    assert key is not None
    return key


def test_an_old_one_is_lifted_and_keeps_every_entry(copy: Path) -> None:
    with opening(copy) as store:
        assert (store.about.format, store.about.role) == (FORMAT, HUB)
        assert store.read_after(0, 1_000) == frozen.read()[:ENTRIES]
        found = store.reader().exec_driver_sql("SELECT epoch, first_gseq, began_at FROM epoch").all()
        assert [tuple(row) for row in found] == [(1, 1, store.about.created_at)]
    sidecar = DataFolder(copy).read_sidecar()
    assert sidecar is not None
    assert sidecar.format == FORMAT
    report = verify(copy, HallProjector)
    assert (report.problems, report.entries, report.folded) == ((), ENTRIES, True)


def test_the_old_file_is_kept_as_it_was(copy: Path) -> None:
    opening(copy).close()
    kept = copy_of(DataFolder(copy), 1)
    with engine(kept, key_of(copy), Access.STILL).connect() as connection:
        about = read_meta(connection)
        assert about is not None
        assert about.format == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar() == ENTRIES
        columns = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(entry)")}
    assert "verdict" not in columns


def shape(connection: Connection) -> dict[str, list[object]]:
    """Every table with its columns, keys and indexes, whatever SQL made it."""
    found: dict[str, list[object]] = {}
    tables = connection.exec_driver_sql(
        "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'"
    )
    for name, without_rowid, strict in tables.all():
        parts: list[object] = [without_rowid, strict]
        columns = connection.exec_driver_sql(f"PRAGMA table_info('{name}')").all()
        parts.append([tuple(row) for row in columns])
        # References are told in the order they were made in.
        references = connection.exec_driver_sql(f"PRAGMA foreign_key_list('{name}')").all()
        parts.append(sorted(tuple(row)[2:] for row in references))
        indexes = connection.exec_driver_sql(f"PRAGMA index_list('{name}')").all()
        listed = []
        for _, index, unique, origin, partial in indexes:
            held = connection.exec_driver_sql(f"PRAGMA index_info('{index}')").all()
            listed.append((unique, origin, partial, [row[2] for row in held]))
        parts.append(sorted(listed))
        found[name] = parts
    return found


def test_lifted_tables_and_new_ones_have_one_shape(copy: Path, tmp_path: Path) -> None:
    with opening(copy) as store:
        lifted, made = shape(store.reader()), new_shape(tmp_path, store.about)
    assert {name: lifted[name] for name in made} == made


def test_all_scripts_together_make_the_tables_of_today(tmp_path: Path) -> None:
    """As PostgreSQL's will begin."""
    with engine(tmp_path / "scripts.db", os.urandom(32), Access.SCRATCH).connect() as connection:
        with transaction(connection):
            upgrade(connection, 0)
        by_scripts = shape(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM meta").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM epoch").scalar() == 0
    assert by_scripts == new_shape(tmp_path, Meta(FORMAT, "here", "stream", 1, "", "sha256", "0", NOON))


def new_shape(folder: Path, about: Meta) -> dict[str, list[object]]:
    with engine(folder / "new.db", os.urandom(32), Access.SCRATCH).connect() as connection:
        with transaction(connection):
            create(connection, about)
        return shape(connection)


def test_a_look_at_an_old_one_changes_nothing_and_says_what_to_do(copy: Path) -> None:
    before = (copy / "muster.db").read_bytes()
    with pytest.raises(WorldError) as refused:
        verify(copy, HallProjector)
    assert (refused.value.key, refused.value.params["format"]) == ("database_older", 1)
    assert (copy / "muster.db").read_bytes() == before


OPEN = """
import sys
from pathlib import Path
from tests.unit.log.test_migrations import opening
opening(Path(sys.argv[1])).close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such death")
@pytest.mark.parametrize("place", ["format_copied", "format_lifted"])
def test_killed_while_lifting_the_next_start_takes_it_up(copy: Path, place: str) -> None:
    root = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(root), VARIABLE: place}
    died = subprocess.run([sys.executable, "-c", OPEN, str(copy)], env=environment, check=False, cwd=root)
    assert died.returncode == -9
    with opening(copy) as store:
        assert store.head().gseq == ENTRIES
        assert store.about.format == FORMAT
    assert verify(copy, HallProjector).whole
    assert copy_of(DataFolder(copy), 1).exists()
    assert not list(copy.glob("*.new"))


def test_a_full_disk_lifts_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(WorldError) as refused:
        opening(copy)
    assert refused.value.key == "disk_full"
    monkeypatch.undo()
    assert not list(copy.glob("muster.db.*"))
    opening(copy).close()


def test_an_ordinary_start_does_not_load_the_library(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    program = OPEN + "assert 'alembic' not in sys.modules\n"
    program = program.replace("tests.unit.log.test_migrations", "tests.helpers.counting").replace(
        "opening", "counting_store"
    )
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=environment, check=False, cwd=root
    )
    assert done.returncode == 0
