"""The clerk: does by itself what falls due by time, through commands, beside the sequencer only."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Protocol

from app.base.clock import Instant
from app.base.errors import MusterError
from app.base.logs import Condition, Logger
from app.clerk.deeds import CaseRead, do_task, read_case
from app.commands.command import Done
from app.commands.commander import Commander
from app.domain.agenda import Task, agenda
from app.domain.incident import Incident
from app.domain.refusal import Refusal
from app.domain.rulebook import RuleBook

NEWS_PER_BEAT = 1_000
"""Entries read in one beat: ten times what a storm brings in a second, and 10 ms of reading."""

CASES_PER_BEAT = 250
"""Cases of the start's filling looked through in one beat: some ms, so that commands get their turn."""

LOOKS_PER_BEAT = 100
"""Cases folded anew in one beat: each costs a ms or less."""

DEEDS_PER_BEAT = 20
"""Entries written in one beat: each waits for the disk, and a person's command waits behind them all."""

PASSED_OVER = frozenset({"report_imported", "personal_data_revealed"})
"""Kinds that bring nothing due: history is left alone, and who looked at a name moves no clock."""

_INCIDENT = "incident:"
_NOTHING: frozenset[str] = frozenset()
_log = Logger(__name__)


class Row(Protocol):
    """A case of the read model with its place in it."""

    @property
    def row(self) -> int: ...

    @property
    def incident(self) -> Incident: ...


Pages = Callable[[int, int], Sequence[Row]]
"""(row, most): the next cases after that row of the read model, -1 begins; empty at the end."""


Shown = Callable[[str], Incident | None]
"""The case of this id as the read model has it."""


def nowhere_shown(_incident: str) -> Incident | None:
    """For a clerk without a read model at hand: every look folds the case."""
    return None


class Clerk:
    """Wakes for cases when something falls due. Belongs to one thread, the one that calls `beat`.

    When to look at a case is a hint from the read model or from the case's last look. What is done follows
    only from the case as folded from the log at that moment, so a stale hint costs a look and nothing else.
    """

    def __init__(self, commander: Commander, pages: Pages, shown: Shown = nowhere_shown) -> None:
        self._commander = commander
        self._shown = shown
        self._desk = commander.desk
        self._pages = pages
        self._read = self._desk.log.head().gseq
        self._book: RuleBook | None = None
        self._filled: int | None = None
        self._heap: list[tuple[Instant, str]] = []
        self._next: dict[str, Instant] = {}
        self._aside: dict[str, set[str]] = {}
        self._disk = Condition(_log, "clerk.log")

    def beat(self, now: Instant) -> int:
        """Take in news, fill on, do what is due at `now`; how many entries were written. Bounded: what is
        left comes with the next beat (`idle` tells)."""
        book = self._desk.hall.book
        if book is None:
            return 0
        if book is not self._book:
            # New rules move due times everywhere, and may allow what was refused.
            self._book, self._filled = book, -1
            self._aside.clear()
        self._take_news(now)
        self._fill(book)
        return self._do_due(book, now)

    def idle(self, now: Instant) -> bool:
        """Whether another beat at `now` would find nothing to do."""
        return (
            self._desk.hall.book is self._book
            and self._filled is None
            and self._read == self._desk.log.head().gseq
            and not (self._heap and self._heap[0][0] <= now)
        )

    @property
    def stuck(self) -> bool:
        """Whether the log refused the last deed: trying again at once would only make a bad disk busier."""
        return self._disk.failing

    def next_at(self) -> Instant | None:
        """When the next look is due, so that who moves the clock can stop there; None when nothing waits."""
        while self._heap and self._next.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _take_news(self, now: Instant) -> None:
        for numbered in self._desk.log.read_after(self._read, NEWS_PER_BEAT):
            self._read = numbered.gseq
            kind = numbered.entry.kind
            if kind in PASSED_OVER:
                continue
            for subject in numbered.entry.subjects:
                if subject.startswith(_INCIDENT):
                    incident = subject[len(_INCIDENT) :]
                    self._wake(incident, now)
                    if kind != "limit_breached":
                        # The case went on: what was refused before may be right now.
                        self._aside.pop(incident, None)

    def _fill(self, book: RuleBook) -> None:
        if self._filled is None:
            return
        page = self._pages(self._filled, CASES_PER_BEAT)
        for known in page:
            self._filled = known.row
            self._plan(known.incident.id, self._tasks(book, known.incident))
        if not page:
            self._filled = None

    def _do_due(self, book: RuleBook, now: Instant) -> int:
        done = looks = 0
        while done < DEEDS_PER_BEAT and looks < LOOKS_PER_BEAT:
            at = self.next_at()
            if at is None or at > now:
                break
            incident = heapq.heappop(self._heap)[1]
            del self._next[incident]
            looks += 1
            try:
                done += self._look(book, incident, now)
            except MusterError as error:
                # The disk refuses, or the store is closing: nothing was written, and the case waits its turn.
                self._wake(incident, now)
                self._disk.failed(error, incident=incident)
                break
            self._disk.recovered()
        return done

    def _look(self, book: RuleBook, incident: str, now: Instant) -> int:
        """Do the first thing that is due and plan the next look; entries written. Where the read model says
        that nothing is, that is hint enough: folding every case that moves would cost the hub a core."""
        shown = self._shown(incident)
        if shown is not None:
            tasks = self._tasks(book, shown)
            if not tasks or tasks[0].at > now:
                self._plan(incident, tasks)
                return 0
        case = read_case(self._desk, incident)
        tasks = self._tasks(book, case.incident) if case is not None else ()
        if case is None or not tasks or tasks[0].at > now:
            self._plan(incident, tasks)
            return 0
        written = self._do(case, tasks[0])
        self._wake(incident, now)
        return written

    def _do(self, case: CaseRead, task: Task) -> int:
        outcome = do_task(self._commander, case, task)
        if isinstance(outcome, Done):
            return len(outcome.entries)
        incident = case.incident.id
        if isinstance(outcome, Refusal):
            if outcome.code == "moved_on":
                return 0  # somebody was quicker: the next look sees what they did
            _log.warning("clerk.refused", incident=incident, what=task.what, refusal=outcome.code)
        # Refused, or done before and still asked for: again and again would give the same answer.
        self._aside.setdefault(incident, set()).add(task.key)
        return 0

    def _tasks(self, book: RuleBook, incident: Incident) -> tuple[Task, ...]:
        aside = self._aside.get(incident.id, _NOTHING)
        try:
            return tuple(task for task in agenda(book, incident) if task.key not in aside)
        except MusterError as error:
            # A time outside the calendar's years: this case cannot be counted, all the others can.
            _log.warning("clerk.case_uncounted", error, incident=incident.id)
            return ()

    def _plan(self, incident: str, tasks: Sequence[Task]) -> None:
        if tasks:
            self._wake(incident, tasks[0].at)
        else:
            self._next.pop(incident, None)

    def _wake(self, incident: str, at: Instant) -> None:
        self._next[incident] = at
        heapq.heappush(self._heap, (at, incident))
