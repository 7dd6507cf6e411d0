"""A full disk at the hub or at a desk stops nothing but writing there, and bits that tip over are found."""

from __future__ import annotations

import random
import shutil
import sys
import time
from pathlib import Path

import pytest

import main
from tests.helpers.line_programs import Desks, Hub, Status, status
from tests.helpers.proving import proved, same
from tests.helpers.small_disk import MB, small_disk

SIZE = 8 * MB
"""A new hall has half a MB; a WAL grows to four before it is written back."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


def until(desk: Desks, **found: object) -> Status:
    """Wait for it; fails when it does not come."""
    told = status(desk.ask("wait", **found))
    for name, value in found.items():
        assert name == "s" or getattr(told, name) == value, told
    return told


def test_the_hubs_disk_is_full_while_two_desks_push(tmp_path: Path) -> None:
    with small_disk(tmp_path / "hub", SIZE) as disk, Hub(disk.path) as hub:
        desks = [Desks([tmp_path / name], hub.url, [hub.invite(name)]) for name in "ab"]
        try:
            for desk in desks:
                desk.start()
                desk.ask("register", n=5)
                until(desk, pending=0)
            disk.fill()
            for desk in desks:
                # Some of it may still find room in the WAL as it was: until it does not.
                while status(desk.ask("wait", pending=0, s=2)).pending == 0:
                    desk.ask("register", n=20)
            for desk in desks:
                desk.ask("call")
                until(desk, trouble="busy")
            # The hub lives, nothing in it is half-done, and the desks write on.
            assert hub.alive
            left = proved(hub.data)
            assert set().union(*(desk.safe for desk in desks)) <= left.numbered.keys()
            for desk in desks:
                desk.ask("register", n=3)
                assert status(desk.ask("status")).pending > 0
            disk.free()
            for desk in desks:
                desk.ask("call")
            for desk in desks:
                until(desk, pending=0, phase="live", trouble="")
            head = max(status(desk.ask("status")).hub_gseq for desk in desks)
            for desk in desks:
                until(desk, gseq=head)
            there = same(hub.data, [desk.data[0] for desk in desks])
            assert set().union(*(desk.said for desk in desks)) <= there.numbered.keys()
            # The same process writes on.
            hub.stop()
        finally:
            for desk in desks:
                desk.kill()


def test_a_desks_disk_is_full(tmp_path: Path) -> None:
    with Hub(tmp_path / "hub") as hub, small_disk(tmp_path / "full", SIZE) as disk:
        full, other = (Desks([folder], hub.url, [hub.invite()]) for folder in (disk.path, tmp_path / "other"))
        try:
            full.start()
            other.start()
            full.ask("register", n=5)
            until(full, pending=0)
            disk.fill()
            # Some of it may still find room in the WAL as it was: until it does not.
            deadline = time.monotonic() + 60
            while not (error := full.error("register")):
                assert time.monotonic() < deadline
            assert error == "disk_full"
            # What the hub sends cannot be kept either: the desk says so and stands where it stood.
            said = set(full.said)
            other.ask("register", n=30)
            until(other, pending=0)
            assert until(full, trouble="disk", s=30).trouble == "disk"
            left = proved(full.data[0])
            assert said <= left.numbered.keys() | set(left.waiting)
            disk.free()
            full.ask("call")
            until(full, pending=0, phase="live", trouble="")
            assert full.ask("register", n=2)["eids"]
            until(full, pending=0)
            head = status(full.ask("status")).hub_gseq
            for desk in (full, other):
                assert status(desk.ask("wait", gseq=head)).gseq >= head
            there = same(hub.data, [full.data[0], other.data[0]])
            assert full.said | other.said <= there.numbered.keys()
        finally:
            full.kill()
            other.kill()


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The directories of a hub and of a desk that waits for it to come back."""
    folder = tmp_path_factory.mktemp("flips")
    with Hub(folder / "hub") as hub:
        desk = Desks([folder / "desk"], hub.url, [hub.invite()]).start()
        desk.ask("register", n=40)
        until(desk, pending=0)
        hub.stop()
        desk.ask("register", n=5)
        desk.stop()
    return {"hub": hub.data, "desk": desk.data[0]}


@pytest.mark.parametrize("where", range(8))
@pytest.mark.parametrize("whose", ["hub", "desk"])
def test_one_bit_that_tips_over_is_found(
    ended: dict[str, Path], whose: str, where: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(shutil.copytree(ended[whose], tmp_path / whose))
    assert main.main(["verify", "--data", str(data), "--lang", "en"]) == 0
    file = data / "muster.db"
    content = bytearray(file.read_bytes())
    # One in each eighth of the file, anywhere in it; the place is told when it goes undetected.
    place = random.Random(where).randrange(len(content) * where // 8, len(content) * (where + 1) // 8)
    bit = random.Random(where).randrange(8)
    content[place] ^= 1 << bit
    file.write_bytes(content)
    capsys.readouterr()
    assert main.main(["verify", "--data", str(data), "--lang", "en"]) == 1, (place, bit)
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    assert "damaged" in said.out + said.err or "muster:" in said.err, said
    assert file.read_bytes() == content
