"""One desk of the sync bench, without windows: enrolled, cut off, busy, and on the line again when told."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from app.base import paths
from app.base.clock import SystemClock
from app.base.language import load_language
from app.base.version import VERSION
from app.bootstrap.desk.opening import SYNC_PATH, OpenDesk, hub_of, open_desk
from app.bootstrap.loop_thread import LoopThread
from app.log.port import Written
from app.log.replica import Replica
from app.sync.calling.way import Way
from app.sync.desk.client import HubLink
from app.sync.hub_clock import HubClock
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.tls import device_context
from tests.bench.sync_changes import bases_of, changes

BEAT_S = 0.05
"""A window's own beat: so often the board's columns are brought up to date."""

LOOK_S = 0.01


class Converged(msgspec.Struct, frozen=True):
    """Where the desk stands: `at` of the machine's monotonic clock, the head's number and hash, the digest of
    the numbered state."""

    at: float
    gseq: int
    hash: str
    digest: str


def main() -> int:
    folder, url, code, name = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    language = load_language("en", paths.languages())
    find = partial(hub_of, folder, url, code, language=language)
    with open_desk(folder, SystemClock(), find, _failed, language=language) as desk:
        desk.wait_for_hall(lambda _status: None, lambda: time.sleep(LOOK_S))
        desk.hall.load_board()
        desk.link.stop().result()
        print("ready", flush=True)
        _change(desk, name, int(_told("change")), folder / "written.txt")
        print("changed", flush=True)
        target = int(_told("go"))
        print("converged", _converge(desk, folder, target), flush=True)
        sys.stdin.read()
    return 0


def _change(desk: OpenDesk, name: str, count: int, written: Path) -> None:
    """Make the changes; the ids of those that are on this disk are kept beside it."""
    commands = desk.hall.commander.desk
    with written.open("w", encoding="ascii") as file:
        for batch in changes(commands, name, count, bases_of(commands)):
            outcome = desk.hall.store.append(batch).result()
            assert isinstance(outcome, Written), outcome
            file.writelines(f"{numbered.entry.eid}\n" for numbered in outcome.entries)
    desk.hall.reading.columns.catch_up()


def _converge(desk: OpenDesk, folder: Path, target: int) -> str:
    """Call the hub, and go on until everything has its number and all up to `target` is here."""
    replica, columns = desk.hall.store, desk.hall.reading.columns
    assert isinstance(replica, Replica)
    link = _line(desk, folder, replica)
    link.start()
    beaten = 0.0
    while replica.pending_count() or replica.head().gseq < target:
        if link.status().phase == "refused":
            raise RuntimeError(str(link.status()))
        if time.monotonic() - beaten >= BEAT_S:
            columns.catch_up()
            beaten = time.monotonic()
        time.sleep(LOOK_S)
    at, head = time.monotonic(), replica.head()
    columns.catch_up()
    digest = desk.hall.projector.state_digest(replica.reader())
    return msgspec.json.encode(Converged(at, head.gseq, head.hash, digest)).decode()


def _line(desk: OpenDesk, folder: Path, replica: Replica) -> HubLink:
    """The line anew, wired as opening the desk does it."""
    device, clock = DeviceFolder(folder), desk.hall.clock
    assert isinstance(clock, HubClock)
    known = device.read_hub()
    way = Way(f"wss://{urlsplit(known.url).netloc}{SYNC_PATH}", known.url, device_context(device))
    return HubLink(replica, clock, way, LoopThread("muster-link", _failed).spawn, program=VERSION)


def _told(word: str) -> str:
    said, _, value = sys.stdin.readline().partition(" ")
    if said != word:
        raise RuntimeError(f"told {said!r} for {word!r}")
    return value


def _failed(error: BaseException) -> None:
    print(error, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
