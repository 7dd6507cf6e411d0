"""The sidecar, the lock and files that are there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from app.base.errors import WorldError
from app.log.files.folder import DataFolder, Sidecar, write_atomically
from app.log.files.schema import FORMAT

SIDECAR = Sidecar(FORMAT, "db-1", "sqlcipher 4", "0.1.0", "demo", "ab" * 16)


def test_sidecar_reads_back(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert folder.read_sidecar() is None
    folder.write_sidecar(SIDECAR)
    assert folder.read_sidecar() == SIDECAR
    assert [path.name for path in tmp_path.iterdir()] == ["muster.json"]


def test_a_newer_sidecar_is_told_whatever_else_it_holds(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.sidecar.write_bytes(msgspec.json.encode({"format": FORMAT + 1, "everything": "else"}))
    with pytest.raises(WorldError) as refused:
        folder.read_sidecar()
    assert refused.value.key == "database_newer"
    assert refused.value.params["format"] == FORMAT + 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"format": "one"}', b'{"format": 1}'])
def test_a_broken_sidecar_is_told(tmp_path: Path, content: bytes) -> None:
    folder = DataFolder(tmp_path)
    folder.sidecar.write_bytes(content)
    with pytest.raises(WorldError) as refused:
        folder.read_sidecar()
    assert refused.value.key == "sidecar_unreadable"


def test_the_lock_names_its_owner(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with folder.locked(), pytest.raises(WorldError) as refused, folder.locked():
        pass
    assert (refused.value.key, refused.value.params["pid"]) == ("folder_in_use", str(os.getpid()))
    with folder.locked():
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of lock")
def test_the_lock_of_another_program_is_respected_until_it_dies(tmp_path: Path) -> None:
    program = (
        "import fcntl, os, sys, time; file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
        "fcntl.flock(file, fcntl.LOCK_EX); os.write(file, str(os.getpid()).encode())\n"
        "print('held', flush=True); time.sleep(60)"
    )
    folder = DataFolder(tmp_path)
    with subprocess.Popen([sys.executable, "-c", program, str(folder.lock)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(WorldError) as refused, folder.locked():
            pass
        other.kill()
    assert refused.value.params["pid"] == str(other.pid)
    with folder.locked():
        pass


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("here")
    with pytest.raises(WorldError) as refused:
        DataFolder(tmp_path / "data").prepare()
    assert refused.value.key == "folder_is_a_file"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old", 0o600)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new", 0o600)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]
