"""The strip on top of the console: whose hall, who sits here, the command bar, the main keys, the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from app.viewmodels.command_find import CommandFindModel
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable, Finder
from app.viewmodels.seat import Seat, seat_words, sitter_words
from views.keys import Keys, key_name
from widgets.command_bar import ChoiceRow, CommandBar
from widgets.key_hint import KeyHint
from widgets.label import Label
from widgets.pill import Pill
from widgets.strip import Strip
from widgets.tag import Tag
from widgets.theme import Theme

SIT = "sit:"
"""What a choice of the seat list begins with; the other beginnings are those of CommandFindModel."""

HINTS = ("report", "next")
"""The keys that are written on the strip."""


class _Completer:
    """What the command bar finds: commands, cases and places, or who may sit here."""

    def __init__(
        self,
        context: Context,
        seat: Seat,
        find: CommandFindModel,
        actions: Callable[[], Sequence[Findable]],
    ) -> None:
        self._context = context
        self._seat = seat
        self._find = find
        self._actions = actions
        self.seats = False

    def complete(self, text: str) -> Sequence[ChoiceRow]:
        if self.seats:
            return self._sitters(text)
        return [ChoiceRow(f.id, f.title, f.note, f.key) for f in self._find.find(text, self._actions())]

    def _sitters(self, text: str) -> Sequence[ChoiceRow]:
        listed = sitter_words(self._context, self._seat)
        found = Finder(listed).find(text) if text else listed
        return [ChoiceRow(SIT + s.id, s.name, s.note) for s in found]


class DeskBar(Strip):
    """`chosen(id)` from the command bar: `action:`, `case:`, `area:`, `unit:` or `sit:`; `left()` on Esc;
    `seat_wanted()` when the seat was pressed."""

    chosen = Signal(str)
    seat_wanted = Signal()
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        context: Context,
        seat: Seat,
        keys: Keys,
        find: CommandFindModel,
        actions: Callable[[], Sequence[Findable]],
        ending: Callable[[], str],
    ) -> None:
        """`ending` says until when the sitting holds, where that is near or limited."""
        super().__init__(theme)
        self._context = context
        self._ending = ending
        self._completer = _Completer(context, seat, find, actions)
        look, text = self.theme, context.text
        self.row.addWidget(Label(look, text("desk.name"), "title", bold=True))
        self.mark = Tag(look, "", "text1", "note")
        self.row.addWidget(self.mark)
        self.seat = Pill(look, step="body", active=True)
        self.seat.activated.connect(self.seat_wanted)
        self.row.addWidget(self.seat)
        self.row.addWidget(KeyHint(look, key_name(keys.console["seat"])))
        self.ending = Label(look, "", "body", "due_soon")
        self.row.addWidget(self.ending)
        key = key_name(keys.console["command"])
        self.command = CommandBar(look, self._completer, text("desk.command"), text("desk.placeholder"), key)
        self.command.chosen.connect(self._chosen)
        self.command.left.connect(self._left)
        self.row.addWidget(self.command, 1)
        for hint in HINTS:
            self.row.addWidget(KeyHint(look, key_name(keys.console[hint])))
            self.row.addWidget(Label(look, text(f"desk.{hint}"), "body"))
        self.row.addStretch(1)
        self.clock = Label(look, "", "body", align="right")
        self.row.addWidget(self.clock)
        self.show_seat()
        self.show_time()

    def show_seat(self) -> None:
        """Whose hall this is and who sits here, as they stand now."""
        context = self._context
        founded = context.reading.hall.founded
        marked = founded.mark if founded is not None else ""
        self.mark.set(context.text(f"mark.{marked}") if marked else "")
        self.seat.set(seat_words(context))

    def show_time(self) -> None:
        context = self._context
        now = context.now()
        self.ending.set(self._ending())
        self.clock.set(f"{context.formats.day(now)}  {context.formats.clock(now)}")

    def set_locked(self, locked: bool) -> None:
        """While nobody sits here nothing can be commanded, or found."""
        self.command.setEnabled(not locked)
        self.seat.setEnabled(not locked)

    def open_command(self, typed: str = "") -> None:
        """Take the keyboard into the command bar."""
        self._completer.seats = False
        self.command.open(typed)

    def pick_seat(self) -> None:
        """List who may sit here."""
        self._completer.seats = True
        self.command.open()

    def _left(self) -> None:
        self._completer.seats = False
        self.left.emit()

    def _chosen(self, chosen: str) -> None:
        self._completer.seats = False
        self.chosen.emit(chosen)
