"""What narrows the board: street, family of categories, urgency, words; as chips and as a line to type in."""

from __future__ import annotations

import msgspec

from app.base.clock import HOUR_MS, MINUTE_MS
from app.projections.selecting import OWN, Filter
from app.viewmodels.board import SEARCH_MIN, BoardModel
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable, Finder
from app.viewmodels.queues import own_filter, queue_words
from app.viewmodels.request_words import hall_words

QUEUE, HALL, STREET, FAMILY, URGENT, SEARCH = "queue", "hall", "street", "family", "urgent", "search"

WIDE_CODE = "0000 A0000"
"""As wide as codes are read: figures are all of one width."""

WIDE_DAY = "00-00"
"""As wide as a day is written."""

WIDE_SPAN_MS = 20 * HOUR_MS + 50 * MINUTE_MS
"""A span of two long units."""


class ChipLine(msgspec.Struct, frozen=True):
    """One chip in finished words; `on` when it narrows the list."""

    id: str
    text: str
    on: bool


class BoardWords(msgspec.Struct, frozen=True):
    """Titles of the columns by id, and the words a column may hold: what its width is measured by."""

    titles: dict[str, str]
    code: str
    states: tuple[str, ...]
    units: tuple[str, ...]
    timers: tuple[str, ...]
    channels: tuple[str, ...]
    halls: tuple[str, ...] = ()


class BoardFilterModel:
    """Narrows one board; what is chosen is the board's own filter, nothing is kept here."""

    def __init__(self, context: Context, board: BoardModel) -> None:
        self._context = context
        self._board = board

    def chips(self) -> tuple[ChipLine, ...]:
        """The queue with its count, then what may narrow it."""
        context, wanted, text = self._context, self._board.filter, self._context.text
        count = context.formats.count(self._board.count())
        every = text("filter.every")
        search = self._board.search
        queue = text("queue.all") if search else queue_words(context, wanted.queue)
        unit = f" · {context.unit(wanted.unit)}" if wanted.unit else ""
        return (
            ChipLine(QUEUE, text("filter.queue", queue=queue + unit, count=count), True),
            *self._hall_chip(every),
            ChipLine(
                STREET,
                text("filter.street", street=context.area(wanted.street) if wanted.street else every),
                bool(wanted.street),
            ),
            ChipLine(
                FAMILY,
                text("filter.family", family=context.category(wanted.family) if wanted.family else every),
                bool(wanted.family),
            ),
            ChipLine(URGENT, text("filter.urgent"), wanted.urgent),
            ChipLine(
                SEARCH, text("filter.search", words=search) if search else text("filter.find"), bool(search)
            ),
        )

    def press(self, chip: str) -> bool:
        """Turn a chip: one that is on goes off, urgent goes on; False when there is something to choose."""
        board, wanted = self._board, self._board.filter
        if chip == URGENT:
            board.show(msgspec.structs.replace(wanted, urgent=not wanted.urgent), board.search)
        elif chip == SEARCH and board.search:
            board.show(wanted)
        elif chip == HALL and wanted.home:
            board.show(msgspec.structs.replace(wanted, home=""), board.search)
        elif chip == STREET and wanted.street:
            board.show(msgspec.structs.replace(wanted, street=""), board.search)
        elif chip == FAMILY and wanted.family:
            board.show(msgspec.structs.replace(wanted, family=""), board.search)
        else:
            return chip == QUEUE
        return True

    def choices(self, chip: str, typed: str) -> list[Findable]:
        """What may be chosen, of one chip or with "" of all; ids are `street:CODE`, `search:WORDS`."""
        context = self._context
        found: list[Findable] = []
        if chip in ("", HALL):
            found += self._listed(HALL, context.text("filter.a_hall"), self._halls(), typed, chip)
        if chip in ("", STREET):
            found += self._listed(STREET, context.text("filter.a_street"), self._streets(), typed, chip)
        if chip in ("", FAMILY):
            found += self._listed(FAMILY, context.text("filter.a_family"), self._families(), typed, chip)
        if chip in ("", SEARCH) and len(typed.strip()) >= SEARCH_MIN:
            words = typed.strip()
            found.append(Findable(f"{SEARCH}:{words}", words, note=context.text("filter.in_all_cases")))
        return found

    def choose(self, choice: str) -> None:
        """Narrow by what was chosen."""
        board, wanted = self._board, self._board.filter
        kind, _, value = choice.partition(":")
        if kind == SEARCH:
            board.show(wanted, value)
        elif kind == HALL:
            board.show(msgspec.structs.replace(wanted, home=value), board.search)
        elif kind in (STREET, FAMILY):
            board.show(msgspec.structs.replace(wanted, **{kind: value}), board.search)

    def words(self) -> BoardWords:
        """What stands in the columns in this language."""
        context, book = self._context, self._context.book
        columns = ("light", "code", "hall", "title", "place", "state", "unit", "timer", "channel")
        label = context.label
        workflow = book.rules.workflow if book is not None else None
        span = context.formats.span(WIDE_SPAN_MS)
        return BoardWords(
            titles={name: context.text(f"board.column.{name}") for name in columns},
            code=WIDE_CODE,
            states=tuple(label(s.label) for s in workflow.states) if workflow is not None else (),
            units=tuple(label(d.label) for d in book.rules.departments) if book is not None else (),
            timers=tuple(
                words
                for clock in (workflow.clocks if workflow is not None else ())
                for words in (
                    context.text("timer.overdue", clock=label(clock.label), span=span),
                    context.text("timer.paused", clock=label(clock.label), until=WIDE_DAY),
                )
                if clock.limit
            ),
            channels=tuple(label(c.label) for c in book.rules.lists.get("channels", ())) if book else (),
            halls=tuple(hall.name for hall in self._halls()),
        )

    @property
    def queue(self) -> str:
        """The queue on show; empty while a search goes through all cases."""
        return "" if self._board.search else self._board.filter.queue

    def open_queue(self, queue: str) -> None:
        """Another queue with nothing narrowed."""
        self._board.show(own_filter(self._context, queue))

    def open_area(self, code: str) -> None:
        """The open cases of a street; what was ever reported of a place within one."""
        area = self._context.reading.hall.areas.get(code)
        if area is None:
            return
        if area.level == "street":
            self._board.show(Filter("open", street=code))
        else:
            # Cases are filed by street; below it the words of the place find them.
            self._board.show(Filter("open"), area.label.zh)

    def open_unit(self, unit: str) -> None:
        """The open cases a unit owns."""
        self._board.show(Filter("open", unit=unit))

    def seat_changed(self) -> None:
        """Somebody else sits here: their own part of the same queue."""
        wanted = own_filter(self._context, self._board.filter.queue)
        narrowed = msgspec.structs.replace(
            wanted, family=self._board.filter.family, urgent=self._board.filter.urgent
        )
        self._board.show(narrowed, self._board.search)

    def _listed(self, kind: str, note: str, items: list[Findable], typed: str, chip: str) -> list[Findable]:
        finder = Finder(items)
        hits = finder.find(typed) if typed.strip() else finder.first(len(items)) if chip else []
        return [Findable(f"{kind}:{hit.id}", hit.name, hit.code, note) for hit in hits]

    def _hall_chip(self, every: str) -> tuple[ChipLine, ...]:
        """Whose cases; only a hub with others below it has a choice."""
        home = self._board.filter.home
        halls = {hall.id: hall.name for hall in self._halls()}
        if not halls:
            return ()
        words = self._context.text("filter.hall", hall=halls.get(home, home) if home else every)
        return (ChipLine(HALL, words, bool(home)),)

    def _halls(self) -> list[Findable]:
        """This hall and those below, where there are any."""
        context = self._context
        homes = context.reading.homes
        founded = context.hall.founded
        own = context.label(founded.label) if founded is not None else context.text("filter.own_hall")
        below = [Findable(home, hall_words(context, home)) for home in homes]
        return [Findable(OWN, own), *below] if below else []

    def _streets(self) -> list[Findable]:
        label = self._context.label
        return [
            Findable(area.code, label(area.label), area.code)
            for area in self._context.reading.hall.areas.all()
            if area.level == "street"
        ]

    def _families(self) -> list[Findable]:
        book, label = self._context.book, self._context.label
        categories = book.rules.categories if book is not None else ()
        return [Findable(c.code, label(c.label), c.code) for c in categories if not c.parent]
