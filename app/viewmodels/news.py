"""The ticker: what has just happened in the hall, newest first, without a word of what reporters said."""

from __future__ import annotations

from collections import deque

import msgspec

from app.base.clock import Instant
from app.domain.kinds import read_body
from app.domain.moves import CaseMoved, LimitBreached, OrdersIssued
from app.domain.report import ReportReceived
from app.log.entries import Numbered
from app.viewmodels.context import Context
from app.viewmodels.live import what_words
from app.viewmodels.signal import Changed, Keys
from app.viewmodels.sourced import sourced

KEPT = 50
"""Lines kept: more than any wall shows."""

READ_MAX = 500
"""Entries looked through after a burst: older ones have rolled off the ticker anyway."""

TOLD = frozenset(
    {
        "sign",
        "arrive",
        "make_safe",
        "restore",
        "feedback",
        "return",
        "to_arbitration",
        "recall",
        "callback_done",
    }
)
"""Transitions worth a line; the rest is desk work."""


class NewsLine(msgspec.Struct, frozen=True):
    """One line: when, in which street, what, and what became of it. `late`: a limit was passed."""

    id: str
    incident: str
    at: Instant
    time: str
    where: str
    what: str
    did: str
    late: bool


class _Told(msgspec.Struct, frozen=True):
    numbered: Numbered
    incident: str
    did: str
    late: bool = False


class NewsModel:
    """Follows the log from its last entries on; `changed` fires when there is another line."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._seen = 0
        self._lines: deque[NewsLine] = deque(maxlen=KEPT)
        self.changed = Changed()
        self._links = [context.pulse.news.connect(self._news)]
        self._read()

    def lines(self, most: int = KEPT) -> tuple[NewsLine, ...]:
        """The newest first."""
        return tuple(reversed(self._lines))[:most]

    def note(self) -> str:
        return sourced(self._context, self._context.text("news.period"))

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _news(self, keys: Keys) -> None:
        if self._read():
            self.changed.emit(keys)

    def _read(self) -> bool:
        reading = self._context.reading
        since = max(self._seen, reading.head().gseq - READ_MAX)
        entries = reading.read_after(since, READ_MAX)
        if entries:
            self._seen = entries[-1].gseq
        told = [found for found in map(self._told, entries) if found is not None]
        lines = [line for line in map(self._line, told[-KEPT:]) if line is not None]
        for line in lines:
            last = self._lines[-1] if self._lines else None
            # Several orders of one case pass their limits together; once is news.
            if last is None or (last.incident, last.did) != (line.incident, line.did):
                self._lines.append(line)
        return bool(lines)

    def _told(self, numbered: Numbered) -> _Told | None:
        """What an entry says on the ticker; None for desk work."""
        context, entry = self._context, numbered.entry
        if numbered.verdict:
            return None
        body = read_body(entry.kind, entry.kind_version, entry.body)
        if isinstance(body, ReportReceived):
            did = context.text("news.joined") if body.joins else context.text("news.received")
            return _Told(numbered, body.incident, did)
        if isinstance(body, OrdersIssued):
            units = context.text("list.comma").join(context.unit(issue.unit) for issue in body.orders)
            return _Told(numbered, body.incident, context.text("news.issued", units=units))
        if isinstance(body, CaseMoved) and body.action in TOLD:
            book = context.book
            transition = book.transitions.get(body.action) if book is not None else None
            did = context.label(transition.label) if transition is not None else body.action
            return _Told(numbered, body.incident, did)
        if isinstance(body, LimitBreached) and self._first_rung(body.step):
            did = context.text("news.breached", clock=context.clock_name(body.clock))
            return _Told(numbered, body.incident, did, late=True)
        return None

    def _first_rung(self, step: str) -> bool:
        """Later rungs of the ladder say the same again, to somebody higher up."""
        book = self._context.book
        return book is not None and step == book.rules.sla.ladder[0].id

    def _line(self, told: _Told) -> NewsLine | None:
        context = self._context
        case = context.reading.case(told.incident)
        if case is None or case.history is not None:
            return None
        numbered = told.numbered
        return NewsLine(
            id=numbered.entry.eid,
            incident=told.incident,
            at=numbered.at,
            time=context.formats.minute(numbered.at),
            where=context.area(context.reading.hall.areas.street_of(case.place.area)),
            what=what_words(context, case),
            did=told.did,
            late=told.late,
        )
