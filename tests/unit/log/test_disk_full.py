"""A full disk refuses visibly, loses nothing, and the store goes on when there is room again."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.counting import Counting, counted, counting_store, write

DISK_BYTES = 2 * 1024 * 1024
BIG = "x" * 20_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small file system needs the superuser")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(store: Store) -> tuple[list[str], WorldError]:
    """Append until the disk refuses; the ids that were acknowledged, and the refusal."""
    acknowledged = []
    for number in range(1_000):
        draft = counted(f"{number} {BIG}")
        error = store.append([draft]).exception(30)
        if error is not None:
            assert isinstance(error, WorldError)
            return acknowledged, error
        acknowledged.append(draft.eid)
    raise AssertionError("the disk never filled")


def test_a_full_disk_refuses_and_room_heals(small_disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (DISK_BYTES // 3))
    with counting_store(small_disk / "data") as store:
        acknowledged, refused = fill(store)
        assert refused.key == "disk_full"
        assert len(acknowledged) > 5
        head = store.head()
        assert head.gseq == len(acknowledged)
        assert isinstance(store.append([counted(BIG)]).exception(30), WorldError)
        # Reading goes on as if nothing were.
        assert [entry.entry.eid for entry in store.read_after(0, 1_000)] == acknowledged
        ballast.unlink()
        after = write(store, counted("small"), counted(BIG))
        assert [entry.gseq for entry in after.entries] == [head.gseq + 1, head.gseq + 2]
        acknowledged += [entry.entry.eid for entry in after.entries]
    codes = [record.message for record in caplog.records if record.name == "app.log.numbering.committer"]
    assert codes == ["log.disk.failed", "log.disk.recovered"]
    assert verify(small_disk / "data", Counting).whole
    with counting_store(small_disk / "data") as store:
        assert [entry.entry.eid for entry in store.read_after(0, 1_000)] == acknowledged


def test_a_full_disk_makes_no_half_database(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\0" * (DISK_BYTES - 16 * 1024))
    with pytest.raises(WorldError) as refused:
        counting_store(small_disk / "data")
    assert refused.value.key == "disk_full"
    assert not list((small_disk / "data").glob("muster.db*"))
    ballast.unlink()
    with counting_store(small_disk / "data") as store:
        write(store, counted())


PROGRAM = """
import json, resource, sys
from pathlib import Path
from tests.helpers.counting import counted, counting_store, write
from tests.unit.log.test_disk_full import fill
with counting_store(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    acknowledged, refused = fill(store)
    head = store.head().gseq
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    acknowledged.append(write(store, counted("after")).entries[0].entry.eid)
    read = [entry.entry.eid for entry in store.read_after(0, 1_000)]
    print(json.dumps([refused.key, len(acknowledged), head, read == acknowledged]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_file_that_may_not_grow_refuses_and_heals(tmp_path: Path) -> None:
    """The same without the superuser: the system lets no file grow, and SQLite calls that an I/O error."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    key, acknowledged, head, same = json.loads(done.stdout)
    assert (key, same) == ("disk_failed", True)
    assert acknowledged == head + 1 > 5
    assert verify(tmp_path, Counting).whole
