"""A backup holds a hub as of one moment, tells nothing without its key, and becomes a hub that reclaims."""

from __future__ import annotations

import tarfile
from pathlib import Path

import msgspec
import pytest

from app.base.errors import UsageError, WorldError
from app.domain.sealed import Sealed
from app.log.backup import wrapping
from app.log.backup.making import back_up
from app.log.backup.manifest import Manifest, read_manifest
from app.log.backup.restoring import look_into, restore
from app.log.entries import Secret
from app.log.files.keys import FileKeys
from app.log.proving.verify import Report, verify
from app.log.store import Store
from tests.helpers.counting import NOON, counted, write
from tests.helpers.replicas import Tally, confided, hub_in, shown

PASSPHRASE = "twelve zebras jump"
SECRET = Secret("ref-1", "case-1", "phone", "13800001111", b"salt")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapping, "MEMORY_KIB", 64)


def prove(folder: Path) -> Report:
    return verify(folder, Tally)


def hub_with_work(folder: Path) -> Store:
    hub = hub_in(folder)
    write(hub, counted("a"), counted("b"))
    write(hub, confided("a", Sealed("ref-1", "138****1111", "hash"), SECRET))
    (folder / "ca").mkdir()
    (folder / "ca" / "ca.key").write_text("TOP SECRET KEY")
    (folder / "control.sock.new").write_text("half")
    return hub


def make(folder: Path, target: Path, passphrase: str | None = PASSPHRASE) -> Manifest:
    return back_up(folder, target, NOON, Tally().state_digest, passphrase=passphrase)


def test_a_backup_of_a_running_hub_comes_back_whole_under_another_name(tmp_path: Path) -> None:
    with hub_with_work(tmp_path / "hub") as hub:
        made = make(tmp_path / "hub", tmp_path / "b.musterbackup")
        write(hub, counted("a"))
        origin = hub.origin
    assert made.head == 3
    told = look_into(tmp_path / "b.musterbackup")
    assert told == made
    restore(tmp_path / "b.musterbackup", tmp_path / "new", prove, passphrase=PASSPHRASE)
    assert (tmp_path / "new" / "ca" / "ca.key").read_text() == "TOP SECRET KEY"
    assert not (tmp_path / "new" / "control.sock.new").exists()
    assert (tmp_path / "new" / "muster.key").stat().st_mode & 0o777 == 0o600
    with hub_in(tmp_path / "new") as again:
        assert shown(again) == {"a": (2, 0), "b": (1, 0)}
        assert again.vault.read("ref-1") == "13800001111"
        assert (again.head().gseq, again.head().hash) == (made.head, made.hash)
        assert again.origin != origin
        assert again.recovery is not None
        assert again.recovery.reclaiming
        with pytest.raises(WorldError, match="hub_reclaiming"):
            write(again, counted("a"))
        head = again.recovery.begin_epoch().result(5)
        assert (head.epoch, head.gseq) == (2, 3)
        write(again, counted("a"))
        assert again.read_after(3, 1)[0].epoch == 2
    assert verify(tmp_path / "new", Tally).whole
    with hub_in(tmp_path / "new") as later:
        assert later.recovery is not None
        assert not later.recovery.reclaiming
        assert later.head().epoch == 2


def test_a_hub_backed_up_while_it_reclaims_still_asks_for_what_the_first_backup_lacked(
    tmp_path: Path,
) -> None:
    later = Secret("ref-2", "case-1", "phone", "13900002222", b"salt")
    with hub_with_work(tmp_path / "hub") as hub:
        make(tmp_path / "hub", tmp_path / "first.musterbackup")
        write(hub, confided("a", Sealed("ref-2", "139****2222", "hash"), later))
        lost = hub.read_after(3, 9)
    restore(tmp_path / "first.musterbackup", tmp_path / "new", prove, passphrase=PASSPHRASE)
    with hub_in(tmp_path / "new") as half:
        assert half.recovery is not None
        half.recovery.take_back(lost).result(5)
        make(tmp_path / "new", tmp_path / "second.musterbackup")
    restore(tmp_path / "second.musterbackup", tmp_path / "newer", prove, passphrase=PASSPHRASE)
    with hub_in(tmp_path / "newer") as again:
        assert again.recovery is not None
        again.recovery.begin_epoch().result(5)
        assert again.recovery.missing == ("ref-2",)


def test_nothing_personal_and_no_key_lies_open_in_the_file(tmp_path: Path) -> None:
    with hub_with_work(tmp_path / "hub"):
        make(tmp_path / "hub", tmp_path / "b.musterbackup")
    data = (tmp_path / "b.musterbackup").read_bytes()
    key = FileKeys(tmp_path / "hub" / "muster.key").load()
    assert key is not None
    for secret in (b"13800001111", b"TOP SECRET KEY", key, key.hex().encode()):
        assert secret not in data
    assert (tmp_path / "b.musterbackup").stat().st_mode & 0o077 == 0


def test_without_the_key_in_it_the_key_must_be_brought(tmp_path: Path) -> None:
    backup, new = tmp_path / "b.musterbackup", tmp_path / "new"
    with hub_with_work(tmp_path / "hub"):
        make(tmp_path / "hub", backup, passphrase=None)
    with pytest.raises(UsageError, match="backup_needs_key"):
        restore(backup, new, prove, passphrase=PASSPHRASE)
    with pytest.raises(WorldError, match="key_wrong"):
        restore(backup, new, prove, key=bytes(32))
    assert not new.exists()
    restore(backup, new, prove, key=FileKeys(tmp_path / "hub" / "muster.key").load())
    assert verify(new, Tally).entries == 3


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    backup, new = tmp_path / "b.musterbackup", tmp_path / "new"
    with hub_with_work(tmp_path / "hub"):
        with pytest.raises(UsageError, match="passphrase_short"):
            make(tmp_path / "hub", backup, passphrase="short")
        assert list(tmp_path.glob("b.*")) == []
        make(tmp_path / "hub", backup)
        with pytest.raises(UsageError, match="backup_exists"):
            make(tmp_path / "hub", backup)
    with pytest.raises(UsageError, match="backup_needs_passphrase"):
        restore(backup, new, prove)
    with pytest.raises(WorldError, match="passphrase_wrong"):
        restore(backup, new, prove, passphrase="thirteen zebras jump")
    assert [path.name for path in tmp_path.iterdir() if "new" in path.name] == []


def test_every_altered_byte_of_the_data_is_found(tmp_path: Path) -> None:
    backup = tmp_path / "b.musterbackup"
    with hub_with_work(tmp_path / "hub"):
        make(tmp_path / "hub", backup)
    whole = backup.read_bytes()
    with tarfile.open(backup) as archive:
        places = {member.name: member.offset_data for member in archive}
    assert set(places) == {"manifest.json", "manifest.proof", "muster.db", "ca/ca.key"}
    for name, place in places.items():
        broken = bytearray(whole)
        broken[place + 20] ^= 1
        backup.write_bytes(broken)
        with pytest.raises(WorldError, match=r"backup_|key_wrong|passphrase_wrong"):
            restore(backup, tmp_path / "new", prove, passphrase=PASSPHRASE)
        assert not (tmp_path / "new").exists(), name
    for length in (0, 100, len(whole) // 2):
        backup.write_bytes(whole[:length])
        with pytest.raises(WorldError, match="backup_broken"):
            restore(backup, tmp_path / "new", prove, passphrase=PASSPHRASE)


def test_a_directory_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    with hub_with_work(tmp_path / "hub"):
        make(tmp_path / "hub", tmp_path / "b.musterbackup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("1")
    with pytest.raises(UsageError, match="restore_not_empty"):
        restore(tmp_path / "b.musterbackup", tmp_path / "new", prove, passphrase=PASSPHRASE)
    (tmp_path / "new" / "mine").unlink()
    restore(tmp_path / "b.musterbackup", tmp_path / "new", prove, passphrase=PASSPHRASE)


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "a\\b", "c:evil", ""])
def test_a_manifest_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with hub_with_work(tmp_path / "hub"):
        made = make(tmp_path / "hub", tmp_path / "b.musterbackup")
    line = msgspec.structs.replace(made.files[0], path=name)
    forged = msgspec.json.encode(msgspec.structs.replace(made, files=(line,)))
    with pytest.raises(WorldError, match="backup_broken"):
        read_manifest(forged, "x")
