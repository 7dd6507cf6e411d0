"""A simulated PC: its clocks, its disk, the program on it, and how that program dies and starts again."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from app.base.errors import WorldError
from app.log.files.directory import Directory, Wanted, take_up
from app.log.jobs import Core
from app.projections.projector import HallProjector
from tests.sim.disk import Death, Disk
from tests.sim.failing import DiedError
from tests.sim.inline_writer import InlineWriter
from tests.sim.pc_clock import PcClock
from tests.sim.surroundings import Surroundings
from tests.sim.template import KEYS

DISK_MS = (1, 40)
"""How long a commit takes, in ms; what comes meanwhile is written with it."""

AFTERWARDS = ("before_ack", "after_ack")
"""Points at which no disk is at work: one may die there and not fail."""

PAGES_LEFT = 3
"""What a full disk still has room for."""

PAGES_MAX = 1_073_741_823


class Node(ABC):
    """Implements inline_writer.Owner. While `up` is False there is no program and nothing may be asked."""

    def __init__(self, around: Surroundings, name: str, template: Path, clock: PcClock) -> None:
        self.around = around
        self.time = around.time
        self.name = name
        self.pc = clock
        self.chance: random.Random = around.chance(name)
        self.disk = Disk(around.folder / name, template, around.chance(f"{name}/disk"))
        self.up = False
        self.life = 0
        self.frozen_until = 0
        self._asleep: list[Callable[[], None]] = []
        self.looked_at = ""
        self._held = ExitStack()
        self._armed: tuple[int, Death] | None = None
        self._failing = 0
        self._flush_due = False

    # The program.

    def start(self) -> None:
        """Open the data directory and begin to work. DiedError when it is to die on the way."""
        self.life += 1
        self.looked_at = ""
        self.life_chance = self.around.chance(f"{self.name}/{self.life}")
        self._flush_due = False
        self.around.log(self.name, "starts")
        self.around.work(self, self._open)

    def prepare(self) -> None:  # noqa: B027  most nodes have nothing to look after
        """Look after the files before the program opens them."""

    def _open(self) -> None:
        self.prepare()
        directory = take_up(self._held, self.disk.folder, self.pc, self._wanted())
        self.disk.opened(directory.connection)
        self.directory = directory
        self.projector = HallProjector()
        self.core = self.make_core(directory)
        self.disk.mark()
        self.writer = InlineWriter(self.core, self)
        self.up = True
        self.began(directory)

    def _wanted(self) -> Wanted:
        return Wanted(self.role, keys=KEYS, random_bytes=self.life_chance.randbytes)

    @property
    @abstractmethod
    def role(self) -> str: ...

    @abstractmethod
    def make_core(self, directory: Directory) -> Core[Any]:
        """Bring the read models up and make what writes."""

    @abstractmethod
    def began(self, directory: Directory) -> None:
        """The log is open: begin to serve."""

    @abstractmethod
    def ended(self, death: Death) -> None:
        """The program is gone: what others notice of it."""

    def later(self, ms: int, do: Callable[[], None]) -> None:
        """Do it `ms` from now if this program still runs then; a PC that sleeps does it when it wakes."""
        life = self.life

        def due() -> None:
            if self.life != life or not self.up:
                return
            if self.frozen_until > self.time.now:
                self._asleep.append(due)
                return
            self.around.work(self, do)

        self.time.after(ms, due)

    def sleep(self, ms: int) -> None:
        """The PC is suspended; its boot clock counts on."""
        self.frozen_until = self.time.now + ms
        self.time.after(ms, self.wake)

    def wake(self) -> None:
        """Everything that was due meanwhile is done now."""
        if self.frozen_until <= self.time.now:
            due, self._asleep = self._asleep, []
            for do in due:
                self.time.after(0, do)

    def hear(self, do: Callable[[], None]) -> None:
        """The network has something for the program: now, or when the PC wakes."""
        if self.frozen_until > self.time.now:
            self.later(0, do)
        elif self.up:
            self.around.work(self, do)

    # Dying.

    def arm(self, passes: int, death: Death) -> None:
        """Die at the failpoint that is passed as the `passes`-th from now."""
        self._armed = (passes, death)

    def fail(self, passes: int) -> None:
        """Have the disk fail once, where the failpoint is that is passed as the `passes`-th from now."""
        self._failing = passes

    def passes(self, point: str) -> None:
        if self._failing and self.up and point not in AFTERWARDS:
            self._failing -= 1
            if not self._failing:
                self.around.log(self.name, "disk fails at", point)
                raise WorldError("disk_failed", path=self.name)
        if self._armed is None:
            return
        left, death = self._armed
        if left > 1:
            self._armed = (left - 1, death)
            return
        self.around.log(self.name, "dies at", point)
        self.kill(death)
        raise DiedError(self)

    def disarm(self) -> None:
        """Nothing that was planned happens."""
        self._armed = None
        self._failing = 0

    def kill(self, death: Death) -> None:
        """The program is gone at this instant; call `bury` when nothing of it is on the stack any more."""
        self.disarm()
        self.up = False
        self.disk.die(death)
        self.around.log(self.name, death.value)
        self.ended(death)

    def bury(self) -> None:
        """Let go of the handles of the program that is gone."""
        held, self._held = self._held, ExitStack()
        held.close()
        self.disk.bury()

    # The disk.

    def writing(self, *, begins: bool) -> None:
        self.disk.mark()
        if not begins:
            self.around.after_commit(self)

    def acknowledged(self, outcome: object) -> None:
        self.around.acknowledged(self, outcome)

    def wants_disk(self) -> None:
        if not self._flush_due:
            self._flush_due = True
            self.later(self.chance.randint(*DISK_MS), self._flush)

    def _flush(self) -> None:
        self._flush_due = False
        self.writer.flush()

    def fill_disk(self, full: bool) -> None:
        """From now on there is no room, or there is again."""
        connection = self.directory.connection
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + PAGES_LEFT
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages if full else PAGES_MAX}").all()
        self.around.log(self.name, "disk full" if full else "disk has room")
