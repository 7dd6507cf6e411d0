"""The conflict inbox: what two desks wanted differently, for a person to decide, and what broke a rule."""

from __future__ import annotations

from concurrent.futures import Future

import msgspec

from app.commands.command import Outcome
from app.domain.contested import Choice, Contested
from app.domain.incident import Incident
from app.projections.quarantine import Quarantined
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.outcomes import action_words
from app.viewmodels.signal import Changed
from app.viewmodels.timeline import verdict_words, who_words
from app.viewmodels.versions import Compared, Version, compare, version_of, version_withheld

CASES_MAX = 100
"""Contested cases listed: a hall that has more first settles these, and the count tells of the rest."""

QUARANTINED_MAX = 50
"""Entries in quarantine that are listed, the newest first."""

SETTLE = "settle_contest"
"""The permission of those who may decide."""


class ContestedLine(msgspec.Struct, frozen=True):
    """One item of the inbox; `id` is the withheld entry's."""

    id: str
    incident: str
    code: str
    title: str
    what: str
    at: str


class ContestedView(msgspec.Struct, frozen=True):
    """One item in full: both sides beside each other, and what may be done. `first` leads at present.

    `note` says what else was withheld with it. `why_not`: this seat may only look.
    """

    line: ContestedLine
    first: Version
    second: Version
    compared: tuple[Compared, ...]
    note: str
    why_not: str


class QuarantinedLine(msgspec.Struct, frozen=True):
    """An entry without effect, and the rule it broke."""

    id: str
    time: str
    text: str
    note: str


class ConflictsModel:
    """`changed` when the inbox did: another item, one settled, another sitter."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._items: dict[str, tuple[Incident, Contested]] = {}
        self._held: tuple[Quarantined, ...] = ()
        self._head = -1
        self._chosen = ""
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            pulse.news.connect(lambda _keys: self._read()),
            pulse.hall.connect(lambda _keys: self._read()),
            pulse.second.connect(lambda _keys: self._second()),
        ]
        self._read(tell=False)
        self._second(tell=False)

    def lines(self) -> tuple[ContestedLine, ...]:
        """What waits for a person, the oldest first."""
        return tuple(self._line(incident, contested) for incident, contested in self._items.values())

    @property
    def chosen(self) -> str:
        """The item on show; the first while nobody chose, empty when there is none."""
        return self._chosen if self._chosen in self._items else next(iter(self._items), "")

    def choose(self, item: str) -> None:
        """Show this item."""
        if item != self.chosen:
            self._chosen = item
            self.changed.emit()

    def view(self) -> ContestedView | None:
        """The item on show, None when nothing is contested."""
        found = self._items.get(self.chosen)
        if found is None:
            return None
        context, (incident, contested) = self._context, found
        entries = {each.entry.eid: each for each in context.reading.entries(incident.id)}
        second = (
            version_of(context, entries[contested.eid])
            if contested.eid in entries
            else version_withheld(context, contested)
        )
        leading = entries.get(contested.against.eid)
        first = (
            version_of(context, leading)
            if leading is not None
            else Version(action_words(context, contested.against.action), ())
        )
        return ContestedView(
            line=self._line(incident, contested),
            first=first,
            second=second,
            compared=compare(context, first, second),
            note=self._note(contested),
            why_not=self._why_not(),
        )

    def quarantined(self) -> tuple[QuarantinedLine, ...]:
        """Entries that stand without effect, the newest first."""
        return tuple(self._quarantined(row) for row in self._held)

    def settle(self, item: str, choice: Choice, reason: str) -> Future[Outcome]:
        """Decide: the first stands, or the second is carried out anew."""
        incident, _ = self._items[item]
        context = self._context
        return context.acting.settle(incident.id, item, choice, reason, context.actor)

    def seat_changed(self) -> None:
        """Somebody else sits here, who may or may not decide."""
        self.changed.emit()

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _read(self, tell: bool = True) -> None:
        items = {
            contested.eid: (incident, contested)
            for incident in self._context.reading.contested(CASES_MAX)
            for contested in incident.contested
        }
        items = dict(sorted(items.items(), key=lambda item: (item[1][1].gseq, item[0])))
        changed, self._items = items != self._items, items
        if tell and changed:
            self.changed.emit()

    def _second(self, tell: bool = True) -> None:
        """What is quarantined changes no row of the board, so the head is asked."""
        head = self._context.reading.head().gseq
        if head == self._head:
            return
        self._head = head
        rows = tuple(self._context.reading.quarantined(QUARANTINED_MAX))
        changed, self._held = rows != self._held, rows
        if tell and changed:
            self.changed.emit()

    def _line(self, incident: Incident, contested: Contested) -> ContestedLine:
        context = self._context
        leading = action_words(context, contested.against.action)
        withheld = action_words(context, contested.action)
        return ContestedLine(
            id=contested.eid,
            incident=incident.id,
            code=said_code(incident.code, context.now()),
            title=incident.what,
            what=context.text("conflict.versus", first=leading, second=withheld),
            at=context.formats.near(contested.at, context.now()),
        )

    def _quarantined(self, row: Quarantined) -> QuarantinedLine:
        context = self._context
        what, why = _kind_words(context, row.kind), verdict_words(context, row.verdict)
        note = (who_words(context, row.actor), self._code(row.incident))
        return QuarantinedLine(
            id=str(row.gseq),
            time=context.formats.near(row.at, context.now()),
            text=context.text("conflict.quarantined", what=what, why=why),
            note=context.text("list.dot").join(part for part in note if part),
        )

    def _note(self, contested: Contested) -> str:
        if contested.applied:
            return self._context.text("conflict.applied")
        if contested.withheld:
            return self._context.text("conflict.withheld", n=len(contested.withheld))
        return ""

    def _why_not(self) -> str:
        context, book = self._context, self._context.book
        if book is not None and book.permits(context.actor.role, SETTLE):
            return ""
        return context.text("conflict.may_not")

    def _code(self, incident: str) -> str:
        row = self._context.reading.row_of(incident) if incident else None
        if row is None:
            return ""
        return said_code(self._context.reading.texts([row])[row].code, self._context.now())


def _kind_words(context: Context, kind: str) -> str:
    key = f"kind.{kind}"
    return context.text(key) if context.language.has(key) else kind
