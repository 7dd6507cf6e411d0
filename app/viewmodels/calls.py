"""The orders of all open cases that reached nobody: whom to call, about what, urgent ones first."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

import msgspec

from app.base.clock import Instant
from app.commands.command import Outcome
from app.domain.order import Order
from app.projections.board_row import NEVER
from app.projections.selecting import OWN, Board, Filter
from app.viewmodels.case_words import urgency_words
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.delivery import is_open, to_call
from app.viewmodels.signal import Changed, Keys

READ_AT_ONCE = 100
"""Cases read in one go: some 10 ms of the glass's own thread. The rest have their turn each second."""


class CallLine(msgspec.Struct, frozen=True):
    """One order in finished words; `id` is its code."""

    id: str
    incident: str
    code: str
    unit: str
    phone: str
    title: str
    since: str
    urgency: str = ""


class _Case(msgspec.Struct, frozen=True):
    """A case with orders that may have to be called."""

    incident: str
    code: str
    title: str
    urgency: str
    orders: tuple[Order, ...]


class CallsModel:
    """For the people of the centre. Reads a case when it changed; at first all dispatched ones in turn, the
    latest first. `changed` when another order is to be called, or one no more."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self._cases: dict[int, _Case] = {}
        self._unread: dict[int, None] = {}
        self._begun = False
        self._told: tuple[str, ...] = ()
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            pulse.news.connect(self._news),
            pulse.linked.connect(lambda _keys: self._second()),
            pulse.second.connect(lambda _keys: self._second()),
        ]
        self._second()

    def lines(self) -> tuple[CallLine, ...]:
        """Everything to be called now: urgent ones first, then the longest waiting."""
        context, now = self._context, self._context.now()
        found = [(order, case) for case in self._cases.values() for order in self._to_call(case)]
        found.sort(key=lambda pair: (not pair[1].urgency, pair[0].dispatched_at, pair[0].code))
        return tuple(
            CallLine(
                id=order.code,
                incident=case.incident,
                code=said_code(case.code, now),
                unit=context.unit(order.unit),
                phone=context.phone(order.unit) or context.text("calls.no_phone"),
                title=case.title,
                since=context.text("calls.since", span=context.formats.span(now - order.dispatched_at)),
                urgency=case.urgency,
            )
            for order, case in found
        )

    def called(self, incident: str, order: str) -> Future[Outcome]:
        """Note that the unit was told by telephone."""
        return self._context.acting.called(incident, order, self._context.actor)

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _to_call(self, case: _Case) -> list[Order]:
        status, now = self._context.link(), self._context.now()
        return [order for order in case.orders if to_call(order, status, now)]

    def _news(self, keys: Keys) -> None:
        if self._begun:
            self._unread.update(dict.fromkeys(row for row in keys if isinstance(row, int)))
            self._read()
            self._tell()

    def _second(self) -> None:
        context = self._context
        if context.link().phase == "alone" or not self._concerned():
            self._cases.clear()
            self._unread.clear()
            self._begun = False
        elif not self._begun and context.book is not None:
            self._begun = True
            self._unread = dict.fromkeys(self._dispatched())
        self._read()
        self._tell()

    def _concerned(self) -> bool:
        book = self._context.book
        role = book.roles.get(self._context.actor.role) if book is not None else None
        return role is not None and role.side == "centre"

    def _dispatched(self) -> Iterable[int]:
        """The rows of open cases that have had an order, the latest first."""
        context = self._context
        assert context.book is not None
        self._board.refresh(context.book, context.below)
        rows = self._board.select(Filter("open", home=OWN), context.now())
        sent = self._board.at("dispatched_at", rows)
        rows, sent = rows[sent != NEVER], sent[sent != NEVER]
        return [int(row) for row in rows[(-sent).argsort()]]

    def _read(self) -> None:
        batch = [row for row, _ in zip(self._unread, range(READ_AT_ONCE), strict=False)]
        reading, status = self._context.reading, self._context.link()
        for row, text in reading.texts(batch).items():
            # Another hub's units are called by that hub.
            case = reading.case(text.incident) if not reading.home(text.incident) else None
            orders = tuple(o for o in case.orders if is_open(o, status)) if case is not None else ()
            if case is not None and orders:
                urgency = urgency_words(self._context, case)
                self._cases[row] = _Case(text.incident, text.code, text.what, urgency, orders)
            else:
                self._cases.pop(row, None)
        for row in batch:
            del self._unread[row]

    def _tell(self) -> None:
        now: Instant = self._context.now()
        status = self._context.link()
        codes = tuple(
            sorted(o.code for case in self._cases.values() for o in case.orders if to_call(o, status, now))
        )
        if codes != self._told:
            self._told = codes
            self.changed.emit()
