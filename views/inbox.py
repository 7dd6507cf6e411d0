"""What inboxes have in common: a list, the item that is shown in full, and a person's decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.language import Language
from views.panel import Panel
from widgets.card import Card
from widgets.form import FieldSpec, Form, FormWords
from widgets.label import Label
from widgets.line_list import LineList, LineRow
from widgets.scroll import Scroll
from widgets.theme import Theme

LISTED = 8
"""Items of the list at once: a cut rarely leaves more, and each that is decided makes room."""


@dataclass(frozen=True)
class InboxWords:
    """Finished texts: what the inbox is called and says when empty, its form, the mark of the item shown."""

    title: str
    none: str
    decide: str
    form: FormWords
    shown: str


class Inbox(Panel):
    """Subclasses give the form its fields and call `lay_out`, `show_rows` and `show_form`.

    `decided(future, words)` when a person has: what was asked of the hall, and how to say that it is done.
    `busy`, `refused` and `done` are the answers of whoever waits for it. `action` is what it is called.
    """

    decided = Signal(object, str)
    action = ""

    def __init__(self, theme: Theme, language: Language, words: InboxWords, active: bool) -> None:
        super().__init__(theme, language, words.title)
        self._words = words
        self._item = ""
        self._list = LineList(theme, words.title, LISTED, active)
        self._list.activated.connect(self.choose)
        self._none = Label(theme, words.none, "body", "text3", wrap=True)
        self._none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._decision = Card(theme, words.decide, step="body")
        self._why_not = Label(theme, "", "body", "text3", wrap=True)
        self._form = Form(theme, words.decide, self.fields(), words.form)
        self._form.submitted.connect(self.submit)
        self._form.left.connect(self.take_focus)

    def chosen(self) -> str:
        """The id of the item that is shown."""
        raise NotImplementedError

    def choose(self, item: str) -> None:
        """Show the item; chosen again, go on to the decision."""
        raise NotImplementedError

    def fields(self) -> tuple[FieldSpec, ...]:
        """The form's fields while nothing is shown."""
        raise NotImplementedError

    def submit(self, values: dict[str, object]) -> None:
        """A person has decided."""
        raise NotImplementedError

    def lay_out(self, theme: Theme, detail: Card, below: Card) -> None:
        """The list, `detail` of what is shown, the decision, and what else is to be known."""
        decision, inside = QWidget(), QWidget()
        column = column_in(decision, theme.size(3))
        column.addWidget(self._why_not)
        column.addWidget(self._form)
        self._decision.set_body(decision)
        column = column_in(inside, theme.size(4))
        for part in (self._none, self._list, detail, self._decision, below):
            column.addWidget(part)
        column.addStretch(1)
        self.set_body(Scroll(inside))

    def show_rows(self, rows: Sequence[tuple[str, str, str, str]], count: str) -> None:
        """(id, code, what, time) of each item; `count` says in the head how many."""
        self.set_note(count if rows else "")
        self._list.setVisible(bool(rows))
        self._none.setVisible(not rows)
        mark, chosen = self._words.shown if len(rows) > 1 else "", self.chosen()
        self._list.set_rows([LineRow(*row, mark if row[0] == chosen else "") for row in rows])

    def show_form(self, item: str, why_not: str) -> bool:
        """The form, or why there is none for this item; whether the item is another than before."""
        self._why_not.setVisible(bool(why_not))
        self._why_not.set(why_not)
        self._form.setVisible(not why_not)
        other, self._item = item != self._item, item
        return other

    def go_on(self) -> None:
        """The keyboard to the decision, where there is one to take."""
        if not self._form.isHidden():
            self._form.focus_first()

    def take_focus(self) -> None:
        """The keyboard to the list of items, else to the panel itself."""
        (self._list if self._list.row_ids() else self._none).setFocus(Qt.FocusReason.OtherFocusReason)

    def busy(self, is_busy: bool) -> None:
        """While it is being saved nothing can be changed, or sent twice."""
        self._form.setEnabled(not is_busy)

    def refused(self, words: str) -> None:
        """Say why not; what was filled in stays."""
        self.busy(False)
        self._form.show_errors({"reason": words})

    def done(self) -> None:
        """It is decided: an empty form for the next."""
        self.busy(False)
        self._form.clear()
        self._list.mark(self.chosen())
        self.take_focus()


def column_in(inside: QWidget, spacing: int) -> QVBoxLayout:
    """A column without a margin of its own."""
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
