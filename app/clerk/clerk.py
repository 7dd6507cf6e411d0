"""The clerk: does by itself what falls due by time, through commands, beside the sequencer only."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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

NEWS_PER_BEAT = 10_000
"""Entries heard in one beat: more than a second of the heaviest push, and some ms, for the log has what came
last in hand."""

CASES_PER_BEAT = 250
"""Cases of the start's filling looked through in one beat: some ms, so that commands get their turn."""

LOOKS_PER_BEAT = 500
"""Cases read from the read model in one beat, all in one statement: some tens of ms."""

FOLDS_PER_BEAT = 100
"""Cases folded anew in one beat: each costs a ms or less."""

DEEDS_PER_BEAT = 20
"""Entries written in one beat: each waits for the disk, and a person's command waits behind them all."""

STALE_SHARE, STALE_LEFT = 2, 1_000
"""Looks that were put off leave their old times in the plan; beyond so many it is made anew."""

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


Shown = Callable[[Collection[str]], Mapping[str, Incident]]
"""The cases of these ids as the read model has them, read together; those it does not have are left out."""


def nowhere_shown(_incidents: Collection[str]) -> Mapping[str, Incident]:
    """For a clerk without a read model at hand: every look folds the case."""
    return {}


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
        self._moved: dict[str, None] = {}
        self._aside: dict[str, set[str]] = {}
        self._disk = Condition(_log, "clerk.log")

    def beat(self, now: Instant, *, gather: bool = False) -> int:
        """Take in news, fill on, do what is due at `now`; how many entries were written. Bounded: what is
        left comes with the next beat (`idle` tells). With `gather` cases that moved are noted only: one that
        moves on and on is looked at once by the next beat that does not gather."""
        book = self._desk.hall.book
        if book is None:
            return 0
        if book is not self._book:
            # New rules move due times everywhere, and may allow what was refused.
            self._book, self._filled = book, -1
            self._aside.clear()
        self._take_news()
        if not gather:
            self._wake_all(self._moved, now)
            self._moved.clear()
        self._fill(book)
        return self._do_due(book, now)

    def idle(self, now: Instant) -> bool:
        """Whether another beat at `now` would find nothing to do."""
        return (
            self._desk.hall.book is self._book
            and self._read == self._desk.log.head().gseq
            and not self._moved
            and not self.behind(now)
        )

    def behind(self, now: Instant) -> bool:
        """Whether something is left that should not wait: cases of the start's filling, or what is due."""
        return self._filled is not None or bool(self._heap and self._heap[0][0] <= now)

    @property
    def stuck(self) -> bool:
        """Whether the log refused the last deed: trying again at once would only make a bad disk busier."""
        return self._disk.failing

    def next_at(self) -> Instant | None:
        """When the next look is due, so that who moves the clock can stop there; None when nothing waits."""
        while self._heap and self._next.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _take_news(self) -> None:
        for numbered in self._desk.log.read_after(self._read, NEWS_PER_BEAT):
            self._read = numbered.gseq
            kind = numbered.entry.kind
            if kind in PASSED_OVER:
                continue
            for subject in numbered.entry.subjects:
                if subject.startswith(_INCIDENT):
                    incident = subject[len(_INCIDENT) :]
                    self._moved[incident] = None
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
        done = looks = folds = 0
        while done < DEEDS_PER_BEAT and looks < LOOKS_PER_BEAT and folds < FOLDS_PER_BEAT:
            due = self._due(now, LOOKS_PER_BEAT - looks)
            if not due:
                break
            looks += len(due)
            acting = self._look(book, due, now)
            for place, incident in enumerate(acting):
                if done >= DEEDS_PER_BEAT or folds >= FOLDS_PER_BEAT:
                    self._wake_all(acting[place:], now)
                    break
                folds += 1
                try:
                    done += self._act(book, incident, now)
                except MusterError as error:
                    # The disk refuses, or the store is closing: nothing was written, and the case waits its
                    # turn.
                    self._wake_all(acting[place:], now)
                    self._disk.failed(error, incident=incident)
                    return done
                self._disk.recovered()
        return done

    def _due(self, now: Instant, most: int) -> list[str]:
        """Take the next cases to look at from the plan, at most so many."""
        due: list[str] = []
        while len(due) < most and (at := self.next_at()) is not None and at <= now:
            due.append(heapq.heappop(self._heap)[1])
            del self._next[due[-1]]
        return due

    def _look(self, book: RuleBook, due: Sequence[str], now: Instant) -> list[str]:
        """Those of the cases of which something may be due, in their order; the next look at the others is
        planned. Where the read model says that nothing is, that is hint enough: folding every case that moves
        would cost the hub a core."""
        shown = self._shown(due)
        acting: list[str] = []
        for incident in due:
            known = shown.get(incident)
            tasks = () if known is None else self._tasks(book, known)
            if known is None or (tasks and tasks[0].at <= now):
                acting.append(incident)
            else:
                self._plan(incident, tasks)
        return acting

    def _act(self, book: RuleBook, incident: str, now: Instant) -> int:
        """Do the first thing that is due and plan the next look; entries written."""
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

    def _wake_all(self, incidents: Iterable[str], at: Instant) -> None:
        for incident in incidents:
            self._wake(incident, at)

    def _wake(self, incident: str, at: Instant) -> None:
        if self._next.get(incident) == at:
            return
        self._next[incident] = at
        heapq.heappush(self._heap, (at, incident))
        if len(self._heap) > STALE_SHARE * len(self._next) + STALE_LEFT:
            self._heap = [(planned, case) for case, planned in self._next.items()]
            heapq.heapify(self._heap)
