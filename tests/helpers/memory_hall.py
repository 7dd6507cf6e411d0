"""A founded hall whose log lives in memory: the real commands and folds without a disk, for many lives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

import msgspec
from msgspec.structs import replace

from app.base.clock import Instant, ManualClock
from app.clerk.clerk import Clerk
from app.commands.command import Command, Done
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.commands.founding import found
from app.domain.actor import Actor
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.incident import Incident
from app.domain.kinds import read_body
from app.domain.label import Label
from app.domain.rules import Rules
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Draft, Head, Numbered
from app.log.files.origin import OriginTail
from app.log.judging import Known, once
from app.log.numbering.sequencer import Tail, extend
from app.log.port import Appended, Written
from app.projections.hall import HALL_KINDS, Hall, take
from tests.helpers.halls import AREAS, MONDAY_9, TestHall, fill, shipped_rules


class MemoryLog:
    """The log of one desk as a list; `refuse` makes every append fail, as a full disk would."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._tail = Tail(Head("stream", 1, 0, ""), 0, "origin", OriginTail())
        self.entries: list[Numbered] = []
        self._others: dict[str, OriginTail] = {}
        self.hall = Hall()
        self.refuse: Exception | None = None

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        future: Future[Appended] = Future()
        known = Known({}, {})
        known.learn(self.entries)
        refused = known.judge(drafts, expect_base)
        if self.refuse is not None:
            future.set_exception(self.refuse)
        elif refused is not None:
            future.set_result(refused)
        else:
            written, self._tail = extend(self._tail, drafts, self._clock, DEFAULT_ALGORITHM)
            self._keep(written)
            future.set_result(Written(written))
        return future

    def pushed_by(self, origin: str, drafts: Sequence[Draft]) -> tuple[Numbered, ...]:
        """Number what another database sealed, whatever its decider had not seen."""
        tail = replace(self._tail, origin=origin, written=self._others.get(origin, OriginTail()))
        written, tail = extend(tail, drafts, self._clock, DEFAULT_ALGORITHM)
        self._others[origin] = tail.written
        self._tail = replace(self._tail, head=tail.head, hub_time=tail.hub_time)
        self._keep(written)
        return written

    def _keep(self, written: Sequence[Numbered]) -> None:
        self.entries += written
        for numbered in written:
            if numbered.entry.kind in HALL_KINDS:
                self.hall = take(self.hall, numbered.gseq, body_of(numbered))

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return self.entries[gseq : gseq + limit]

    def head(self) -> Head:
        return self._tail.head

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        return lambda: None

    def history(self, subject: str) -> list[Numbered]:
        return [n for n in self.entries if subject in n.entry.subjects]

    def by_unique(self, subject: str) -> int | None:
        return next((n.gseq for n in self.entries if subject in once(n.entry.subjects)), None)


class Page(msgspec.Struct, frozen=True):
    """A case as the read model would give it."""

    row: int
    incident: Incident


class MemoryHall(TestHall):
    """What a TestHall does, and a clerk beside it; `store` is the list."""

    store: MemoryLog  # type: ignore[assignment]

    def cases(self) -> list[str]:
        """Ids of the cases in the order of their first entries."""
        found = [s for n in self.store.entries for s in n.entry.subjects if s.startswith("incident:")]
        return [subject.removeprefix("incident:") for subject in dict.fromkeys(found)]

    def pages(self, row: int, most: int) -> list[Page]:
        cases = list(enumerate(self.cases()))[row + 1 : row + 1 + most]
        return [Page(number, self.case(case)) for number, case in cases]

    def elsewhere(self, origin: str = "elsewhere") -> Elsewhere:
        """A desk that is cut off from here on: it knows what stands in the log now."""
        return Elsewhere(self, origin)

    def clerk(self) -> Clerk:
        """A clerk as a start makes one: it knows nothing but the log."""
        return Clerk(self.commander, self.pages)

    def bodies(self, kind: type[msgspec.Struct]) -> list[msgspec.Struct]:
        """The bodies of one kind, in order."""
        return [body for n in self.store.entries if isinstance(body := body_of(n), kind)]


class Elsewhere:
    """A desk cut off: it decides on what it knew, and `back` has its entries numbered behind all others."""

    def __init__(self, hall: MemoryHall, origin: str) -> None:
        self._hall, self._origin = hall, origin
        self._log = MemoryLog(hall.time)
        self._log.entries, self._log.hall = list(hall.store.entries), hall.store.hall
        self._log._tail = hall.store._tail
        self._known = len(self._log.entries)
        self.commander = Commander(Desk(self._log, lambda: self._log.hall, hall.clock, letters="B2"))

    def do(self, incident: Incident, action: str, by: Actor, **form: object) -> None:
        """Take a transition there; it must be done."""
        order = str(form.pop("order", ""))
        known = self.commander.incident(incident.id)
        assert known is not None
        book = self.commander.desk.book()
        filled = {**fill(action, known, book, self._hall.clock.now()), **form}
        command = Command(action=action, incident=incident.id, order=order, form=filled)
        outcome = self.commander.submit(command, by)
        assert isinstance(outcome, Done), outcome

    def back(self) -> tuple[Numbered, ...]:
        """The line stands again: what was written there comes here, its base never beyond what was known."""
        drafts = [_draft_of(n, self._known) for n in self._log.entries[self._known :]]
        self._known = len(self._log.entries)
        return self._hall.store.pushed_by(self._origin, drafts)


def _draft_of(numbered: Numbered, known: int) -> Draft:
    entry, body = numbered.entry, body_of(numbered)
    assert body is not None
    return Draft(
        eid=entry.eid,
        kind=entry.kind,
        kind_version=entry.kind_version,
        body=body,
        subjects=entry.subjects,
        base={subject: min(seen, known) for subject, seen in entry.base.items()},
        cmd=entry.cmd,
        cause=entry.cause,
        actor=entry.actor,
        desk=entry.desk,
        session=entry.session,
        occurred_at=entry.occurred_at,
    )


def body_of(numbered: Numbered) -> msgspec.Struct | None:
    return read_body(numbered.entry.kind, numbered.entry.kind_version, numbered.entry.body)


def memory_hall(now: Instant = MONDAY_9, rules: Rules | None = None) -> MemoryHall:
    """A hall founded at `now` with the shipped rules, or with `rules`."""
    clock = ManualClock(now)
    log = MemoryLog(clock)
    desk = Desk(log, lambda: log.hall, clock, letters="A1")
    founded = HallFounded(Label("演示区综治中心", "Demo District Governance Centre"), "990101", "demo")
    operators = [
        OperatorGranted(f"op-{role.id}-ZZZX", role.label, (role.id,), "ZZZX")
        for role in shipped_rules().workflow.roles
        if role.side in ("centre", "admin")
    ]
    operators.append(OperatorGranted("op-handler-CG", Label("城管承办", "Handler CG"), ("handler",), "CG"))
    found(desk, founded, rules or shipped_rules(), AreasAdopted("test", AREAS), operators)
    return MemoryHall(log, None, clock, Commander(desk))  # type: ignore[arg-type]


BEATS_MAX = 5_000
"""A clerk that is not done by then goes round in circles."""


def drive(hall: MemoryHall, clerk: Clerk, until: Instant | None = None) -> None:
    """Let the clerk do everything up to now, or instant by instant up to `until`."""
    beats = 0
    while True:
        while not clerk.idle(hall.clock.now()):
            clerk.beat(hall.clock.now())
            beats += 1
            assert beats < BEATS_MAX, "the clerk never comes to rest"
        at = clerk.next_at()
        if until is None or at is None or at > until:
            break
        hall.time.set(at)
    if until is not None:
        hall.time.set(until)
