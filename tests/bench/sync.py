"""Two desks that were cut off come back at one instant."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import msgspec

from app.base.clock import SystemClock
from app.log.entries import TimeClaim
from app.log.replica import Replica, open_replica
from app.log.store import Store, open_store
from app.projections.projector import HallProjector
from tests.bench.figure import Figure
from tests.bench.hub_program import RunningHub, running_hub
from tests.bench.programs import Program, load, program
from tests.bench.sync_changes import SHARED, found_shared
from tests.bench.sync_child import Converged
from tests.helpers.halls import hall

CHANGES = 10_000
PAGE = 5_000

CONVERGE_S_MAX = 3.0
CPU_S_MAX = 4.0


def bench(rows: int | None) -> list[Figure]:
    """A hub and two desks, a process each, enrolled and on TLS. Cut off, each desk makes N changes (10,000)
    to 500 cases both know: notes and urgings, a twentieth new cases, and at the end a step on 50 cases that
    the other desk moves elsewhere. Then both call the hub at one instant.

    Measured from there until both desks and the hub are at one head, nothing waits anywhere and the desks'
    digests agree; and the CPU time of all three processes for it. Included: TLS, writing to disk, folding,
    the columns of the board at a window's pace. Not included: making the changes, painting, the pause before
    a call. Then all three are killed (-9) and opened again, and every change is looked for in each log; how
    long the power stays on is not part of it.
    """
    count = rows or CHANGES
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with hall(data / "hub", SystemClock()) as test:
            found_shared(test)
        figures = _meet(data, count)
        return [*figures, *_after_the_kill(data, count), load()]


def _meet(data: Path, count: int) -> list[Figure]:
    with ExitStack() as held:
        hub = held.enter_context(running_hub(data / "hub"))
        desks = [held.enter_context(_desk(hub, data / name, name)) for name in "ab"]
        for desk in desks:
            desk.hear("ready")
        for desk in desks:
            desk.say(f"change {count}")
        for desk in desks:
            desk.hear("changed")
        before = hub.head().gseq
        everybody = [hub.program, *desks]
        used = [one.cpu_s() for one in everybody]
        begun = time.monotonic()
        for desk in desks:
            desk.say(f"go {before + 2 * count}")
        found = [msgspec.json.decode(desk.hear("converged"), type=Converged) for desk in desks]
        cpu = [one.cpu_s() - before_s for one, before_s in zip(everybody, used, strict=True)]
        _must_agree(hub, found, before + 2 * count)
        for one in everybody:
            one.kill()
    seconds = max(one.at for one in found) - begun
    return [
        Figure(f"{count} changes each, {SHARED} cases: converged after", seconds, "s", CONVERGE_S_MAX),
        Figure("CPU time of all three", sum(cpu), "s", CPU_S_MAX),
        Figure("CPU time of the hub", cpu[0], "s"),
        Figure("CPU time of the desks, mean", sum(cpu[1:]) / 2, "s"),
    ]


def _desk(hub: RunningHub, folder: Path, name: str) -> AbstractContextManager[Program]:
    return program("-m", "tests.bench.sync_child", str(folder), hub.url, hub.code(name), name)


def _must_agree(hub: RunningHub, desks: Sequence[Converged], head: int) -> None:
    """Each stands at the same number with the same hash of all before it, and has folded the same state."""
    numbered = hub.head()
    heads = {(numbered.gseq, numbered.hash)} | {(desk.gseq, desk.hash) for desk in desks}
    if len(heads) > 1 or numbered.gseq != head or len({desk.digest for desk in desks}) > 1:
        raise RuntimeError(f"not converged: {numbered} {desks}")


def _after_the_kill(data: Path, count: int) -> list[Figure]:
    """What became of the changes in each of the three logs, and whether these still agree."""
    written = {eid for name in "ab" for eid in (data / name / "written.txt").read_text("ascii").splitlines()}
    assert len(written) == 2 * count
    lost, states = 0, set()
    for name in ("hub", "a", "b"):
        projector = HallProjector()
        with _reopened(data / name, projector, desk=name != "hub") as log:
            lost += len(written - set(_eids(log)))
            states.add((log.head().gseq, log.head().hash, projector.state_digest(log.reader())))
    return [
        Figure("changes lost by kill -9, all three logs counted", lost, "", 0),
        Figure("logs and states that differ afterwards", len(states) - 1, "", 0),
    ]


def _reopened(folder: Path, projector: HallProjector, *, desk: bool) -> Store | Replica:
    clock = SystemClock()
    if not desk:
        return open_store(folder, clock, projector)

    def claim() -> TimeClaim:
        return TimeClaim(clock.now(), clock.boot(), clock.boot_id)

    return open_replica(folder, clock, projector, claim)


def _eids(log: Store | Replica) -> Iterable[str]:
    last = 0
    while page := log.read_after(last, PAGE):
        last = page[-1].gseq
        yield from (numbered.entry.eid for numbered in page)
