"""Desks of a hub without windows, opened as a hall opens them and told what to do line by line.

Started with one argument, a JSON list of {"data", "url", "code"}. Each line on standard input is a JSON
object with `do`, the name of a deed below, `desk` (the number of the desk, 0 unless told) and the deed's own
words; each line out is its answer, {"said": ...} or {"error": key}. In between, unasked, {"level": 1, "eid"}
once an entry is durable here and {"level": 2, "eid"} once it came back with its number.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.base import paths
from app.base.clock import Instant, SystemClock
from app.base.errors import MusterError
from app.base.language import load_language
from app.bootstrap.desk.opening import OpenDesk, hub_of, open_desk
from app.commands.command import AlreadyDone, Command, Done, NewReport, Outcome
from app.commands.operators import revoke
from app.commands.settling import settle
from app.domain import timing
from app.domain.actor import CENTRE_UNIT, Actor
from app.log.entries import PENDING_FROM
from app.log.files import failpoints
from app.log.replica import Replica
from app.viewmodels.delivery import to_call
from tests.helpers.halls import fill

CLOCK_OFF = "MUSTER_TEST_CLOCK_OFF_MS"
"""How far this PC's clock is off; read by this program alone."""

BOOT = "MUSTER_TEST_BOOT"
"""The id of the machine's start, when it is to be another than it is."""

LOOK_S = 0.02


class WrongClock(SystemClock):
    """A PC's clock that is off by so many ms, on a machine that was started just now when `boot` names its
    start."""

    def __init__(self, off_ms: int, boot: str = "") -> None:
        super().__init__()
        self._off_ms = off_ms
        self._named = boot
        self._began = super().boot() if boot else 0

    def now(self) -> Instant:
        return super().now() + self._off_ms

    def boot(self) -> int:
        return super().boot() - self._began

    @property
    def boot_id(self) -> str:
        return self._named or super().boot_id


class Voice:
    """Lines to whoever started this program; nothing is said twice at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def say(self, **words: object) -> None:
        line = msgspec.json.encode(words).decode()
        with self._lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


class Seat:
    """One desk, with what may be asked of it: every method without an underscore is a deed."""

    def __init__(self, desk: OpenDesk, number: int, voice: Voice) -> None:
        self._desk = desk
        self._number = number
        self._voice = voice
        assert isinstance(desk.hall.store, Replica)
        self._log = desk.hall.store
        self._letters = desk.hall.commander.desk.letters
        self._waiting: set[str] = set()
        self._lock = threading.Lock()
        self._moved = threading.Event()
        self._log.subscribe(lambda _head: self._moved.set())
        threading.Thread(target=self._watch, daemon=True).start()

    # Deeds

    def register(self, n: int = 1, role: str = "intake", operator: str = "", **report: Any) -> object:
        """Take in `n` reports, one after the other; what became of the last."""
        fields: dict[str, Any] = {"channel": "phone", "what": "路灯不亮", "category": "0602"}
        told: object = None
        for _ in range(n):
            new = NewReport(**(fields | report))
            told = self._told(self._desk.hall.commander.register(new, self._actor(role, operator=operator)))
        return told

    def submit(
        self,
        action: str,
        incident: str,
        role: str = "dispatcher",
        unit: str = CENTRE_UNIT,
        order: str = "",
        form: dict[str, Any] | None = None,
        operator: str = "",
    ) -> object:
        """Take a transition; what it asks for and `form` does not say is filled with anything that fits."""
        case, book = self._desk.hall.reading.case(incident), self._desk.hall.commander.desk.book()
        assert case is not None
        filled = fill(action, case, book, self.now()) | (form or {})
        command = Command(action=action, incident=incident, order=order, form=filled)
        return self._told(self._desk.hall.commander.submit(command, self._actor(role, unit, operator)))

    def settle(self, incident: str, contested: str, choice: str, role: str = "dispatcher") -> object:
        desk = self._desk.hall.commander.desk
        return self._told(settle(desk, incident, contested, choice, "已核对", self._actor(role)))  # type: ignore[arg-type]

    def revoke(self, operator: str, role: str = "admin") -> object:
        return self._told(revoke(self._desk.hall.commander.desk, operator, "离岗", self._actor(role)))

    def seat(self, units: list[str]) -> None:
        """People of these units sit here from now on."""
        self._desk.link.seat(tuple(units))

    def call(self) -> None:
        """Somebody has plugged the cable in: call the hub now."""
        self._desk.link.call_now()

    def flood(self, pause_ms: int = 0) -> None:
        """Take in reports without end, on a thread of its own, until the disk refuses or the program ends."""

        def write() -> None:
            while True:
                try:
                    self.register()
                except MusterError:
                    return
                time.sleep(pause_ms / 1_000)

        threading.Thread(target=write, daemon=True).start()

    def arm(self, name: str, hits: int = 1) -> None:
        """Die at the failpoint `name`, as if the environment had armed it: a start saved in each test."""
        assert name in failpoints.NAMES
        failpoints._name, failpoints._left = name, hits

    # Questions

    def status(self) -> object:
        return self._desk.link.status()

    def head(self) -> object:
        return self._log.head()

    def sealed(self) -> int:
        return self._log.sealed()

    def origin(self) -> str:
        return self._log.origin

    def digest(self) -> str:
        """Of the confirmed state."""
        return self._desk.hall.projector.state_digest(self._log.reader())

    def case(self, incident: str) -> object:
        return self._desk.hall.reading.case(incident)

    def due(self, incident: str) -> object:
        """Every running clock of the case: (clock, order, due at)."""
        case, book = self._desk.hall.reading.case(incident), self._desk.hall.commander.desk.book()
        assert case is not None
        found = timing.all_deadlines(book, case)
        return sorted((timed.clock, timed.order, timed.deadline.due_at) for timed in found)

    def now(self) -> int:
        """The hall's time, as this desk believes it to be."""
        return self._desk.hall.clock.now()

    def to_call(self, incident: str, later_ms: int = 0) -> list[str]:
        """The units to be called for orders of the case, as it will be seen in so many ms."""
        case, status = self._desk.hall.reading.case(incident), self._desk.link.status()
        assert case is not None
        return [order.unit for order in case.orders if to_call(order, status, self.now() + later_ms)]

    def contested(self) -> object:
        return [[case.id, list(case.contested)] for case in self._desk.hall.reading.contested(100)]

    def quarantined(self) -> object:
        return self._desk.hall.reading.quarantined(100)

    def operators(self) -> list[str]:
        return sorted(self._desk.hall.projector.hall.operators)

    def wait(
        self,
        s: float = 30,
        gseq: int = 0,
        pending: int | None = None,
        phase: str = "",
        trouble: str | None = None,
    ) -> object:
        """Until the line stands so, or `s` seconds are over; how it stands then."""
        until = time.monotonic() + s
        while True:
            status = self._desk.link.status()
            there = status.gseq >= gseq and (not phase or status.phase == phase)
            if pending is not None:
                there = there and status.pending == pending == self._log.pending_count()
            if trouble is not None:
                there = there and status.trouble == trouble
            if there or time.monotonic() >= until:
                return status
            time.sleep(LOOK_S)

    # Within

    def _actor(self, role: str, unit: str = CENTRE_UNIT, operator: str = "") -> Actor:
        name = f"op-{role}" if unit == CENTRE_UNIT else f"op-{role}-{unit.lower()}"
        return Actor(operator or name, role, unit, self._letters, "s1")

    def _told(self, outcome: Outcome) -> object:
        match outcome:
            case Done():
                eids = [numbered.entry.eid for numbered in outcome.entries]
                with self._lock:
                    self._waiting.update(eids)
                for eid in eids:
                    self._voice.say(level=1, desk=self._number, eid=eid)
                self._moved.set()
                return {"incident": outcome.incident, "code": outcome.code, "eids": eids}
            case AlreadyDone():
                return {"already": outcome.gseq}
        return {"refused": outcome.code, "field": outcome.field}

    def _watch(self) -> None:
        while True:
            self._moved.wait()
            self._moved.clear()
            with self._lock:
                waiting = list(self._waiting)
            for eid in waiting:
                numbered = self._log.get(eid)
                if numbered is not None and numbered.gseq < PENDING_FROM:
                    with self._lock:
                        self._waiting.discard(eid)
                    self._voice.say(level=2, desk=self._number, eid=eid)


def _open(wish: dict[str, str], clock: SystemClock) -> OpenDesk:
    data, language = Path(wish["data"]), load_language("en", paths.languages())

    def failed(error: BaseException) -> None:
        print(repr(error), file=sys.stderr, flush=True)

    return open_desk(
        data,
        clock,
        lambda origin: hub_of(data, wish["url"], wish.get("code") or None, origin, language),
        failed,
        language=language,
    )


def _lines() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    voice = Voice()
    clock = WrongClock(int(os.environ.get(CLOCK_OFF, "0")), os.environ.get(BOOT, ""))
    desks = [_open(wish, clock) for wish in json.loads(sys.argv[1])]
    try:
        for desk in desks:
            desk.wait_for_hall(lambda _status: None, lambda: time.sleep(LOOK_S))
        seats = [Seat(desk, number, voice) for number, desk in enumerate(desks)]
        voice.say(said="ready")
        for words in _lines():
            seat = seats[words.pop("desk", 0)]
            try:
                voice.say(said=getattr(seat, words.pop("do"))(**words))
            except MusterError as error:
                voice.say(error=error.key)
    finally:
        for desk in desks:
            desk.close()


if __name__ == "__main__":
    main()
