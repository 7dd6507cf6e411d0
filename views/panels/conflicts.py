"""The conflict inbox: two desks' versions side by side, a person's decision and its reason, quarantine."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.viewmodels.conflicts import ConflictsModel, ContestedView
from app.viewmodels.context import Context
from views.inbox import Inbox, InboxWords, column_in
from widgets.card import Card
from widgets.comparison import ComparedLine, Comparison
from widgets.form import Choice, FieldSpec, FormWords
from widgets.label import Label
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

FIRST, SECOND = "first", "second"


class ConflictsPanel(Inbox):
    """Every item is closed by a person."""

    action = "settle"

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        text = context.text
        words = InboxWords(
            text("conflict.panel"),
            text("conflict.none"),
            text("conflict.decide"),
            FormWords(text("conflict.settle"), text("conflict.leave"), text("form.missing")),
            text("conflict.shown"),
        )
        self.model = ConflictsModel(context)
        super().__init__(theme, context.language, words, active)
        self._sides_card, self._quarantine = self._build(theme)
        self.lay_out(theme, self._sides_card, self._quarantine)
        self.bind(self.model.changed)

    def refresh(self) -> None:
        lines, view = self.model.lines(), self.model.view()
        self.show_rows(
            [(line.id, line.code, line.what, line.at) for line in lines],
            self.text("conflict.count", n=len(lines)),
        )
        for part in (self._sides_card, self._decision):
            part.setVisible(view is not None)
        if view is not None:
            self._show(view)
        self._show_quarantined()

    def release(self) -> None:
        super().release()
        self.model.close()

    def chosen(self) -> str:
        return self.model.chosen

    def choose(self, item: str) -> None:
        if item != self.model.chosen:
            self.model.choose(item)
        else:
            self.go_on()

    def fields(self) -> tuple[FieldSpec, ...]:
        return self._fields("", "")

    def submit(self, values: dict[str, object]) -> None:
        second, reason = values["choice"] == SECOND, str(values["reason"])
        asked = self.model.settle(self.model.chosen, "second" if second else "first", reason)
        self.decided.emit(asked, self.text("conflict.settled"))

    def _build(self, theme: Theme) -> tuple[Card, Card]:
        text, sides = self.text, QWidget()
        self._sides = Comparison(theme, text("conflict.sides"))
        self._note = Label(theme, "", "note", "due_soon", wrap=True)
        column = column_in(sides, theme.size(3))
        column.addWidget(self._sides)
        column.addWidget(self._note)
        card = Card(theme, text("conflict.sides"), step="body")
        card.set_body(sides)
        self._held = Timeline(theme, text("conflict.quarantine"))
        quarantine = Card(theme, text("conflict.quarantine"), step="body")
        quarantine.set_body(self._held)
        return card, quarantine

    def _show(self, view: ContestedView) -> None:
        text = self.text
        self._sides_card.set_title(view.line.title, view.line.code)
        differs = text("conflict.differs")
        self._sides.set_sides(
            text("conflict.first"),
            text("conflict.second"),
            [ComparedLine(c.label, c.first, c.second, differs if c.differs else "") for c in view.compared],
        )
        self._note.setVisible(bool(view.note))
        self._note.set(view.note)
        if self.show_form(view.line.id, view.why_not):
            self._form.set_fields(self._fields(*_sides(view)))

    def _show_quarantined(self) -> None:
        held = self.model.quarantined()
        self._quarantine.setVisible(bool(held))
        self._quarantine.set_note(self.text("conflict.count", n=len(held)) if held else "")
        self._held.set_moments([Moment(h.id, h.time, h.text, h.note, "due_soon_mark") for h in held])

    def _fields(self, first: str, second: str) -> tuple[FieldSpec, ...]:
        text = self.text
        choices = (
            Choice(FIRST, text("conflict.keep_first", action=first), "1"),
            Choice(SECOND, text("conflict.take_second", action=second), "2"),
        )
        return (
            FieldSpec(
                "choice",
                text("conflict.choice"),
                "choice",
                choices,
                required=True,
                error=text("conflict.choose"),
                placeholder=text("conflict.choose"),
            ),
            FieldSpec("reason", text("conflict.reason"), "text", required=True, error=text("conflict.why")),
        )


def _sides(view: ContestedView) -> tuple[str, str]:
    """What each side wants; two of the same kind, as two dispatches, with what sets them apart."""
    first, second = view.first.action, view.second.action
    if first != second:
        return first, second
    apart = [line for line in view.compared if line.differs]
    return (
        " · ".join((first, *(line.first for line in apart))),
        " · ".join((second, *(line.second for line in apart))),
    )
