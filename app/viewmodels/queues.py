"""The lists at the console's left: my queue, the stages, what presses; each with the count of its list."""

from __future__ import annotations

import msgspec
import numpy as np

from app.base.clock import Instant
from app.domain.actor import Actor
from app.domain.responsibility import unit_area, unit_department
from app.domain.rulebook import RuleBook
from app.domain.workflow import SAME
from app.projections.board_row import FLAG_REQUEST
from app.projections.selecting import OWN, Board, Filter, Rows
from app.viewmodels.context import Context
from app.viewmodels.signal import EVERYTHING, Changed, Keys

MINE = "mine"
"""The queue of this seat: open cases whose likely next step is its role's. Only view models know it."""

LIKELY_RANK = 12
"""Transitions up to this rank are the likely next step of their state; the rest are side ways."""

GRID_STATION = "WG"

STAGES: tuple[tuple[str, frozenset[str]], ...] = (
    ("to_accept", frozenset({"reported", "scene_check"})),
    ("to_file", frozenset({"accepted"})),
    ("to_dispatch", frozenset({"filed"})),
    ("to_sign", frozenset({"dispatched"})),
    ("in_work", frozenset({"handling", "rework"})),
    ("returned", frozenset({"return_review", "arbitration"})),
    ("to_check", frozenset({"check"})),
    ("to_call_back", frozenset({"callback"})),
    ("paused", frozenset({"on_hold", "waiting"})),
)
"""Queues of the stages with the states they hold, in the order a case goes through them."""

WAITING = ("to_confirm", "promised", "recalls")
UNSENT = "waiting"
"""Cases of which something is on this PC only; a queue of those that have a hub to send it to."""

RARE = ("contested", UNSENT)
"""Queues that are empty on most days, and stand there only while they are not."""

PRESSING = ("overdue", "due_next", "urgent", "urged", "instructed")
TODAY = ("received_today", "closed_today")

_SEVERITY = {
    "overdue": "overdue",
    "due_next": "due_soon",
    "urgent": "urgent",
    "contested": "overdue",
    UNSENT: "due_soon",
}


class QueueLine(msgspec.Struct, frozen=True):
    """One queue in finished words; a line without an id is the name of a section."""

    id: str
    label: str
    count: str = ""
    severity: str = ""


class QueuesModel:
    """Which queues this seat sees, and how many cases each holds; the role's own come first."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self._shown: dict[str, int] = {}
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(self._news),
            context.pulse.hall.connect(self._news),
            context.pulse.second.connect(self._second),
            context.pulse.linked.connect(self._second),
        ]

    def lines(self) -> tuple[QueueLine, ...]:
        """Sections and queues in the order shown; empty before any rules are adopted."""
        context, book = self._context, self._context.book
        if book is None:
            return ()
        counts = self.counts()
        states = likely_states(book, context.actor.role)
        own = [queue for queue, held in STAGES if held & states]
        others = [queue for queue, _ in STAGES if queue not in own]
        sections: tuple[tuple[str, tuple[str, ...]], ...] = (
            ("", ((MINE,) if MINE in counts else ()) + ("open", *own)),
            ("pressing", PRESSING),
            ("waiting", (*(queue for queue in RARE if counts.get(queue)), *WAITING)),
            ("stages", tuple(others)),
            ("today", TODAY),
        )
        lines: list[QueueLine] = []
        for section, queues in sections:
            if section and queues:
                lines.append(QueueLine("", context.text(f"queue.section.{section}")))
            lines += [self._line(queue, counts[queue]) for queue in queues]
        self._shown = counts
        return tuple(lines)

    def counts(self) -> dict[str, int]:
        """How many cases the list of each queue holds now."""
        context, book = self._context, self._context.book
        if book is None:
            return {}
        self._board.refresh(book, context.below)
        now = context.now()
        every = ["open", "contested", *(queue for queue, _ in STAGES), *WAITING, *PRESSING, *TODAY]
        if has_queue(book, context.actor.role):
            every.append(MINE)
        if context.link().phase != "alone":
            every.append(UNSENT)
        return {queue: len(rows_of(context, self._board, self.filter(queue), now)) for queue in every}

    def filter(self, queue: str) -> Filter:
        """The list a queue opens: a unit's people see their own unit's cases, the centre sees all."""
        return own_filter(self._context, queue)

    def home(self) -> str:
        """The queue a seat begins with."""
        book = self._context.book
        return MINE if book is not None and has_queue(book, self._context.actor.role) else "open"

    def next(self, after: str = "") -> str | None:
        """The incident to take up now: the first of my queue, or the one behind `after` if that is in it."""
        context, book = self._context, self._context.book
        if book is None:
            return None
        self._board.refresh(book, context.below)
        now = context.now()
        wanted = self.filter(self.home())
        rows = self._board.order(rows_of(context, self._board, wanted, now), now)
        if not len(rows):
            return None
        here = context.reading.row_of(after) if after else None
        places = np.flatnonzero(rows == here) if here is not None else np.zeros(0, dtype=np.int64)
        row = int(rows[(int(places[0]) + 1) % len(rows)]) if len(places) else int(rows[0])
        return context.reading.texts([row])[row].incident

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _line(self, queue: str, count: int) -> QueueLine:
        severity = _SEVERITY.get(queue, "") if count else ""
        return QueueLine(
            queue, queue_words(self._context, queue), self._context.formats.count(count), severity
        )

    def _news(self, keys: Keys = EVERYTHING) -> None:
        self.changed.emit(keys)

    def _second(self, _keys: Keys) -> None:
        # What falls due moves counts without any entry.
        if self.counts() != self._shown:
            self.changed.emit()


def queue_words(context: Context, queue: str) -> str:
    """A queue's name; a state's own id is a queue too."""
    key = f"queue.{queue}"
    return context.text(key) if context.language.has(key) else context.state(queue)


def own_filter(context: Context, queue: str) -> Filter:
    """The whole queue as far as this seat's list goes."""
    actor, book = context.actor, context.book
    role = book.roles.get(actor.role) if book is not None else None
    if role is None or role.side != "unit":
        return Filter(queue)
    if unit_department(actor.unit) == GRID_STATION:
        return Filter(queue, street=context.reading.hall.areas.street_of(unit_area(actor.unit)))
    return Filter(queue, party=actor.unit)


def rows_of(context: Context, board: Board, wanted: Filter, now: Instant) -> Rows:
    """The rows of a list in no particular order; beside the board's own queues also `mine`."""
    if wanted.queue != MINE:
        return board.select(wanted, now)
    # What another hub owns cannot be worked on here.
    rows = board.select(msgspec.structs.replace(wanted, queue="open", home=OWN), now)
    book = context.book
    return rows if book is None else rows[_mine(board, book, context.actor, rows)]


def likely_states(book: RuleBook, role: str) -> frozenset[str]:
    """The states out of which this role's likely step leads."""
    return frozenset(
        state
        for transition in book.transitions.values()
        if role in transition.by and transition.rank <= LIKELY_RANK and transition.to != SAME
        for state in transition.sources
        if book.states[state].kind in ("open", "paused")
    )


def answers_requests(book: RuleBook, role: str) -> bool:
    """Whether units' requests for more time come to this role."""
    return any(role in t.by and "request_pending" in t.guards for t in book.transitions.values())


def has_queue(book: RuleBook, role: str) -> bool:
    return bool(likely_states(book, role)) or answers_requests(book, role)


def _mine(
    board: Board, book: RuleBook, actor: Actor, rows: Rows
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mine = board.in_states(rows, tuple(sorted(likely_states(book, actor.role))))
    if answers_requests(book, actor.role):
        mine = mine | board.flagged(rows, FLAG_REQUEST)
    return mine
