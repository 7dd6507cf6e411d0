"""A snapshot holds what every desk has and nothing else, and a desk made of it goes on as if it read all."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.sealed import Sealed
from app.log.backup.snapshots import Carried, Point, install_snapshot, take_snapshot
from app.log.entries import Secret
from app.log.files.database import Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.counting import counted, write
from tests.helpers.replicas import Tally, confided, hold, hub_in, join, pull, push, replica_in, settle, shown

KEY = b"s" * 32
SECRET = Secret("ref-1", "case-1", "phone", "13800001111", b"salt")


def key_of(folder: Path) -> bytes:
    key = FileKeys(folder / "muster.key").load()
    assert key is not None
    return key


def snapshot(hub: Store, target: Path) -> Point:
    return take_snapshot(hub.folder, key_of(hub.folder), target, KEY, Tally().state_digest)


def install(folder: Path, taken: Path, point: Point, carried: Carried) -> None:
    paths = DataFolder(folder)
    with paths.locked():
        install_snapshot(paths, key_of(folder), taken, KEY, point, carried, Tally().state_digest)


def test_a_new_desk_made_of_a_snapshot_goes_on_from_there(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        write(hub, *(counted("ab"[n % 2]) for n in range(30)))
        with replica_in(tmp_path / "desk") as desk:
            about = desk.about
            desk.notes.put("kept", b"1").result(5)
        point = snapshot(hub, tmp_path / "taken")
        write(hub, counted("c"))
        install(tmp_path / "desk", tmp_path / "taken", point, Carried(about, (("kept", b"1"),)))
        assert [path.name for path in tmp_path.glob("taken*")] == ["taken"]
        tally = Tally()
        with replica_in(tmp_path / "desk", tally) as desk:
            # Nothing is folded anew.
            assert (tally.resets, tally.folded) == (0, [])
            assert (desk.head().gseq, desk.head().hash) == (30, point.hash)
            assert (desk.origin, desk.about.role) == (about.database, "desk")
            assert desk.notes.get("kept") == b"1"
            join(hub, desk)
            hold(desk, counted("mine"))
            assert push(desk, hub) == 1
            assert pull(desk, hub) == 2
            assert shown(desk) == shown(hub)
        assert verify(tmp_path / "desk", Tally).problems == ()


def test_neither_personal_data_nor_keys_nor_sign_in_leave_the_hub(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        write(hub, confided("a", Sealed("ref-1", "138****1111", "hash"), SECRET))

        def sign_in(connection: Connection) -> int:
            connection.exec_driver_sql("INSERT INTO account VALUES('op', 'argon', 0, 0, 0, NULL, 0, 0)")
            connection.exec_driver_sql("INSERT INTO note VALUES('hubs own', x'01')")
            return 1

        hub.write(sign_in).result(5)
        snapshot(hub, tmp_path / "taken")
        assert hub.vault.read("ref-1") == "13800001111"
    with engine(tmp_path / "taken", KEY, Access.LOOK).connect() as made:
        for table in ("vault", "vault_key", "account", "bearer", "enrolment", "note"):
            assert made.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0, table
        assert made.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == 1
        raw = made.exec_driver_sql("SELECT raw FROM entry").scalar_one()
        assert b"13800001111" not in raw


def test_what_waits_is_kept_and_what_was_numbered_meanwhile_is_not_doubled(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        with replica_in(tmp_path / "desk") as desk:
            hold(desk, counted("mine"))
            settle(hub, desk)
            waiting = hold(desk, counted("mine"), counted("mine"), counted("mine"))
            # The first of them reaches the hub, and the desk never hears of it.
            push(desk, hub, 1)
            about = desk.about
        point = snapshot(hub, tmp_path / "taken")
        install(tmp_path / "desk", tmp_path / "taken", point, Carried(about, (), waiting))
        with replica_in(tmp_path / "desk") as desk:
            assert (desk.pending_count(), desk.sealed(), desk.head().gseq) == (2, 4, 2)
            assert shown(desk) == {"mine": (2, 2)}
            settle(hub, desk)
            assert shown(desk) == shown(hub) == {"mine": (4, 0)}
        assert verify(tmp_path / "desk", Tally).problems == ()


def test_a_snapshot_that_is_not_what_was_signed_changes_nothing(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as desk:
        write(hub, counted("a"))
        about = desk.about
        point = snapshot(hub, tmp_path / "taken")
        write(hub, counted("b"))
        other = snapshot(hub, tmp_path / "other")
    for wrong in (other, Point(2, point.stream, 1, 1, point.hash, "another state")):
        with pytest.raises(WorldError, match="snapshot_wrong"):
            install(tmp_path / "desk", tmp_path / "taken", wrong, Carried(about))
    with replica_in(tmp_path / "desk") as desk:
        assert (desk.head().gseq, desk.about) == (0, about)
    assert not (tmp_path / "desk" / "muster.db.new").exists()
