"""One hub process of the bench: writes for some seconds with some threads, then says how many stand."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace

from app.base.clock import SystemClock
from app.base.ids import IdMaker
from app.log.entries import Draft
from app.log.files.keys import FileKeys
from app.log.numbering.group import Asked
from app.log.port import Written
from app.log.postgres import founding
from app.log.postgres.committer import PgCommitter
from app.log.postgres.gathering import GatheringWriter
from app.log.postgres.opening import open_pg_hub
from app.log.postgres.server import open_server
from app.log.postgres.vault import PgVaultRows
from app.log.proving.verdicts import judge_shape
from app.projections.projector import HallProjector
from tests.bench.filling import report
from tests.helpers.halls import hall

Append = Callable[[list[Draft]], object]


def drafts(writer: int, per_call: int) -> Iterator[list[Draft]]:
    """Reports as a writer takes them in, each with an id, a case and a code of its own, for ever."""
    new_id, clock = IdMaker(), SystemClock()
    with tempfile.TemporaryDirectory() as folder, hall(Path(folder) / "hall") as test:
        like = report(test.commander.desk, f"{writer}")
    while True:
        ids = [new_id(clock.now()) for _ in range(per_call)]
        yield [replace(like, eid=eid, subjects=(f"incident:{eid}", f"code:{eid}")) for eid in ids]


def numbering(held: ExitStack, folder: Path, url: str) -> Append:
    """Appends of a process that folds nothing: the sequencer alone."""
    server, clock = open_server(url), SystemClock()
    standing, key = founding.look(server, clock), FileKeys(folder / "muster.key").load()
    assert standing is not None
    assert key is not None
    vault = PgVaultRows(key)
    core = PgCommitter(server, standing.about, clock, vault, judge_shape, lambda: None)
    writer = GatheringWriter(core)
    held.callback(writer.close)
    return lambda batch: writer.ask(Asked(tuple(batch), True), len(batch)).result()


def whole(held: ExitStack, folder: Path, url: str) -> Append:
    """Appends of a whole hub process: acknowledged when folded here too."""
    hub = held.enter_context(open_pg_hub(folder, url, SystemClock(), HallProjector()))
    hub.start()
    return lambda batch: hub.append(batch).result()


def main() -> None:
    """FOLDER URL KIND WRITERS PER_CALL SECONDS: says `ready`, waits for a line, writes, says how many."""
    folder, url, kind = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    writers, per_call, seconds = (int(word) for word in sys.argv[4:7])
    counts = [0] * writers

    def work(number: int, batches: Iterator[list[Draft]]) -> None:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            batch = next(batches)
            assert isinstance(append(batch), Written)
            counts[number] += len(batch)

    with ExitStack() as held:
        append = (numbering if kind == "numbering" else whole)(held, folder, url)
        making = [drafts(number, per_call) for number in range(writers)]
        for batches in making:
            next(batches)
        threads = [threading.Thread(target=work, args=each) for each in enumerate(making)]
        print("ready", flush=True)
        sys.stdin.readline()
        begun = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(sum(counts), time.perf_counter() - begun, flush=True)


if __name__ == "__main__":
    main()
