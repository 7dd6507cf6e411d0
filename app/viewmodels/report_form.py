"""The report form: what, where, who may be called back; with suggestions and near duplicates while typing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

import msgspec

from app.base.ids import IdMaker
from app.commands.command import NewReport, Outcome
from app.projections.selecting import Board
from app.triage.duplicates import near_duplicates
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable, Finder

CHANNELS_AT_A_DESK = ("phone", "window", "grid", "department", "hotline", "mailbox")
"""What a person takes down by hand, the usual first; sensors, cameras and warnings report by themselves."""


class Typed(msgspec.Struct, frozen=True):
    """What stands in the form, in clear; it lives only here until it is sent."""

    what: str = ""
    area: str = ""
    address: str = ""
    flat: str = ""
    category: str = ""
    urgent: bool = False
    life_danger: bool = False
    reporter_name: str = ""
    reporter_phone: str = ""
    wants_answer: bool = True
    channel: str = "phone"


class Duplicate(msgspec.Struct, frozen=True):
    """A case that may be the same matter, in finished words."""

    incident: str
    code: str
    what: str
    place: str
    state: str


class ReportFormModel:
    """Suggestions, near duplicates and sending; what stands in the form is the form's own."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._board = Board(context.reading.columns, context.reading.words)
        self._areas = Finder(())
        self._areas_of: tuple[object, str] | None = None
        self._ids = IdMaker()

    def form_id(self) -> str:
        """A new id for one report: sent twice it is written once."""
        return self._ids(self._context.now())

    def every_area(self) -> Sequence[Findable]:
        """Streets, communities and grids; `name` is the way down to each, `code` its code."""
        finder = self._area_finder()
        return finder.first(len(finder))

    def areas(self, typed: str) -> list[Findable]:
        """The areas that fit: by name, initials or code; for nothing typed the streets."""
        finder = self._area_finder()
        return finder.find(typed) if typed.strip() else finder.first()

    def warm(self, most: int) -> bool:
        """Prepare the next `most` areas for typing by initials; True when all are."""
        return self._area_finder().warm(most)

    def categories(self) -> Sequence[Findable]:
        """Every category a report may have; the note is its family."""
        book, context = self._context.book, self._context
        listed = book.rules.categories if book is not None else ()
        return [
            Findable(c.code, context.label(c.label), c.code, context.category(c.parent))
            for c in listed
            if c.parent
        ]

    def channels(self) -> list[Findable]:
        """The channels a person takes reports from, the usual first."""
        book = self._context.book
        listed = {c.id: c for c in book.rules.lists.get("channels", ())} if book is not None else {}
        return [Findable(c, self._context.label(listed[c].label)) for c in CHANNELS_AT_A_DESK if c in listed]

    def duplicates(self, typed: Typed) -> tuple[Duplicate, ...]:
        """Open cases of the last week that this may be one more report of."""
        context, book = self._context, self._context.book
        if book is None:
            return ()
        self._board.refresh(book, self._context.below)
        near = near_duplicates(
            context.reading, self._board, typed.what, typed.area, typed.category, context.now()
        )
        words, columns = context.reading.words, context.reading.columns
        return tuple(
            Duplicate(
                n.text.incident,
                said_code(n.text.code, context.now()),
                n.text.what,
                n.text.address or context.area(words.text(int(columns.column("area")[n.row]))),
                context.state(words.text(int(columns.column("state")[n.row]))),
            )
            for n in near
        )

    def may_register(self) -> bool:
        """Whether this seat takes reports at all."""
        book = self._context.book
        return book is not None and book.may(self._context.actor.role, "register")

    def send(self, typed: Typed, form_id: str, joins: str = "") -> Future[Outcome]:
        """Write the report; with `joins` as one more report of that case."""
        report = NewReport(id=form_id, joins=joins, **msgspec.structs.asdict(typed))
        return self._context.acting.register(report, self._context.actor)

    def _area_finder(self) -> Finder:
        tree, code = self._context.reading.hall.areas, self._context.language.code
        if self._areas_of is None or self._areas_of[0] is not tree or self._areas_of[1] != code:
            label = self._context.label
            # Streets first, then communities, then grids: what is typed shortly is meant widely.
            areas = sorted((a for a in tree.all() if a.level != "district"), key=lambda a: len(a.code))
            self._areas = Finder(
                Findable(
                    area.code,
                    label(area.label),
                    area.code,
                    " › ".join(label(above.label) for above in tree.path(area.code)[:-1]),
                )
                for area in areas
            )
            self._areas_of = (tree, code)
        return self._areas
