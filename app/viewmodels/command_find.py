"""The command bar: any action, case, place or unit by a few keys."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.domain.responsibility import TERRITORY_KINDS
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable, Finder, find

CASES_MAX = 8
ACTIONS_MAX = 6
PLACES_MAX = 4

SEARCHED_FOR_ONE = 4
"""Hits looked through for each one shown: closed cases fall out where only open ones are wanted."""


class Found(msgspec.Struct, frozen=True):
    """A hit: `id` is `action:ID`, `case:ID`, `area:CODE` or `unit:CODE`."""

    id: str
    title: str
    note: str
    key: str = ""


class CommandFindModel:
    """Looks through the actions it is given, cases by code or words, areas and departments."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._areas = self._units = Finder(())
        self._made_for: tuple[object, object, str] | None = None

    def find(self, typed: str, actions: Sequence[Findable]) -> list[Found]:
        """`actions` carry their key in `note`. Nothing typed lists the actions themselves."""
        text = self._context.text
        if not typed.strip():
            return [Found(a.id, a.name, text("find.action"), a.note) for a in actions]
        self._keep_up()
        found = [Found(a.id, a.name, text("find.action"), a.note) for a in find(typed, actions, ACTIONS_MAX)]
        found += [
            Found(f"area:{a.id}", a.name, text("find.area")) for a in self._areas.find(typed, PLACES_MAX)
        ]
        found += [
            Found(f"unit:{u.id}", u.name, text("find.unit")) for u in self._units.find(typed, PLACES_MAX)
        ]
        # Behind the places: the words of a place are in every case there.
        found += [Found(f"case:{c.id}", c.name, text("find.case")) for c in self.cases(typed, CASES_MAX)]
        return found

    def warm(self, most: int) -> bool:
        """Prepare the next `most` areas and units for typing by initials; True when all are."""
        self._keep_up()
        return self._areas.warm(most) and self._units.warm(most)

    def cases(self, typed: str, most: int, open_only: bool = False) -> list[Findable]:
        """Cases by code or words, newest first; the note is where they stand."""
        context, reading = self._context, self._context.reading
        rows = reading.find(typed, most * SEARCHED_FOR_ONE) if len(typed.strip()) > 1 else []
        by_code = reading.by_code(typed.strip().upper())
        if by_code is not None and (row := reading.row_of(by_code)) is not None and row not in rows:
            rows = [row, *rows]
        states = reading.columns.column("state")
        known = [row for row in rows if row < len(states)]
        if open_only:
            known = [row for row in known if self._open(reading.words.text(int(states[row])))]
        known = known[:most]
        texts = reading.texts(known)
        return [
            Findable(
                texts[row].incident,
                f"{said_code(texts[row].code, context.now())}  {texts[row].what}",
                note=context.state(reading.words.text(int(states[row]))),
            )
            for row in known
            if row in texts
        ]

    def _open(self, state: str) -> bool:
        book = self._context.book
        found = book.states.get(state) if book is not None else None
        return found is not None and found.kind in ("open", "paused")

    def _keep_up(self) -> None:
        """Index areas and departments anew when the hall or the language changed."""
        context, book = self._context, self._context.book
        tree = context.reading.hall.areas
        if self._made_for == (tree, book, context.language.code):
            return
        label = context.label
        self._areas = Finder(
            Findable(a.code, label(a.label), a.code) for a in tree.all() if a.level != "district"
        )
        departments = book.rules.departments if book is not None else ()
        self._units = Finder(
            # A territorial unit is found by its area: there is one for each street.
            Findable(d.code, label(d.label), d.code)
            for d in departments
            if d.code not in TERRITORY_KINDS
        )
        self._made_for = (tree, book, context.language.code)
