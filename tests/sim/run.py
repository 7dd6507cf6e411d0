"""One seed from its templates to its last check, and the one command that does it again."""

from __future__ import annotations

import atexit
import gc
import logging
import shutil
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import msgspec

from tests.helpers.memory_disk import memory_disk
from tests.sim import final, tampering
from tests.sim.failing import passing
from tests.sim.ledger import BrokenError
from tests.sim.levels import look
from tests.sim.template import make_templates
from tests.sim.tight import limits, tight
from tests.sim.world import BEGIN, World

PAGES_SHARE = 0.2
"""Seeds in which a bit of the file is flipped too: the cipher's check costs as much as all other looks."""


class Lived(msgspec.Struct, frozen=True):
    """What became of a seed, in so many simulated hours and seconds of the processor.

    `broken` is empty for a seed that holds; `trace` is equal for equal runs.
    """

    seed: int
    broken: str
    trace: str
    hours: float
    entries: int
    seconds: float
    counts: dict[str, int]
    lines: list[str] | None = None

    @property
    def again(self) -> str:
        """The command that lives through this seed once more."""
        return f"./muster bench sim --seed {self.seed}"


def live(seed: int, *, keep_trace: bool = False) -> Lived:
    """Live through `seed`. What an invariant says against it comes as `broken`, and so does any error."""
    begun = time.process_time()
    broken = ""
    with ExitStack() as held:
        folder = Path(
            held.enter_context(tempfile.TemporaryDirectory(dir=memory_disk(), prefix="muster-sim-"))
        )
        errors = held.enter_context(_errors_kept())
        held.enter_context(_no_garbage())
        world = World(seed, folder, _templates(), keep_trace=keep_trace)
        held.enter_context(passing(world.around.hit))
        held.enter_context(tight(limits(world.around.chance("limits"))))
        held.callback(world.end)
        try:
            world.live()
            world.heal()
            final.check(world)
            if world.tower is not None:
                look.check(world, world.tower)
            _tamper(world)
            if errors:
                raise BrokenError("errors in the logs", errors)
        except BrokenError as error:
            broken = str(error)
        except Exception:
            broken = traceback.format_exc()
        world.around.log(world.hub.store.head() if world.hub.up else "")
        return Lived(
            seed,
            broken,
            world.around.trace.digest(),
            (world.time.now - BEGIN) / 3_600_000,
            len(world.ledger.promises),
            time.process_time() - begun,
            world.ledger.counts,
            world.around.trace.lines,
        )


def _tamper(world: World) -> None:
    chance = world.around.chance("tampering")
    tampering.rows_altered(chance.choice(world.nodes), chance)
    if chance.random() < PAGES_SHARE:
        tampering.page_altered(chance.choice(world.nodes), chance, world.around.folder)


@cache
def _templates() -> Path:
    folder = Path(tempfile.mkdtemp(dir=memory_disk(), prefix="muster-sim-templates-"))
    make_templates(folder)
    # Made once a process, and gone with it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def _errors_kept() -> Iterator[list[str]]:
    """Errors that the code logs in the block: it must log none, whatever the world does to it."""
    found: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.name}: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")

    logger, keeper = logging.getLogger("app"), Keeper(logging.ERROR)
    before = logger.propagate
    logger.addHandler(keeper)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(keeper)
        logger.propagate = before


@contextmanager
def _no_garbage() -> Iterator[None]:
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
