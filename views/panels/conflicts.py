"""The conflict inbox: two desks' versions side by side, a person's decision and its reason, quarantine."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.conflicts import ConflictsModel, ContestedView
from app.viewmodels.context import Context
from views.panel import Panel
from widgets.card import Card
from widgets.comparison import ComparedLine, Comparison
from widgets.form import Choice, FieldSpec, Form, FormWords
from widgets.label import Label
from widgets.line_list import LineList, LineRow
from widgets.scroll import Scroll
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

LISTED = 8
"""Items of the list at once: a cut rarely leaves more, and each that is settled makes room."""

FIRST, SECOND = "first", "second"


class ConflictsPanel(Panel):
    """`settled(item, choice, reason)` when a person has decided; `busy`, `refused` and `done` are the answers
    of whoever sends it."""

    settled = Signal(str, str, str)

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        super().__init__(theme, context.language, context.text("conflict.panel"))
        self.model = ConflictsModel(context)
        self._active = active
        self._item = ""
        self._build(theme)
        self.set_body(Scroll(self._lay_out(theme)))
        self.bind(self.model.changed)

    def refresh(self) -> None:
        lines, view = self.model.lines(), self.model.view()
        self.set_note(self.text("conflict.count", n=len(lines)) if lines else "")
        self._list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        marked = self.text("conflict.shown") if len(lines) > 1 else ""
        self._list.set_rows(
            [
                LineRow(
                    line.id, line.code, line.what, line.at, marked if line.id == self.model.chosen else ""
                )
                for line in lines
            ]
        )
        for part in (self._sides_card, self._decision):
            part.setVisible(view is not None)
        if view is not None:
            self._show(view)
        self._show_quarantined()

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
        """It is settled: an empty form for the next."""
        self.busy(False)
        self._form.clear()
        self._list.mark(self.model.chosen)
        self.take_focus()

    def release(self) -> None:
        super().release()
        self.model.close()

    def _build(self, theme: Theme) -> None:
        text = self.text
        self._list = LineList(theme, text("conflict.panel"), LISTED, self._active)
        self._list.activated.connect(self._choose)
        self._none = Label(theme, text("conflict.none"), "body", "text3", wrap=True)
        self._none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._sides = Comparison(theme, text("conflict.sides"))
        self._note = Label(theme, "", "note", "due_soon", wrap=True)
        self._sides_card = Card(theme, text("conflict.sides"), step="body")
        self._decision = Card(theme, text("conflict.decide"), step="body")
        self._why_not = Label(theme, "", "body", "text3", wrap=True)
        words = FormWords(text("conflict.settle"), text("conflict.leave"), text("form.missing"))
        self._form = Form(theme, text("conflict.decide"), self._fields("", ""), words)
        self._form.submitted.connect(self._submit)
        self._form.left.connect(self._leave)
        self._quarantine = Card(theme, text("conflict.quarantine"), step="body")
        self._held = Timeline(theme, text("conflict.quarantine"))
        self._quarantine.set_body(self._held)

    def _lay_out(self, theme: Theme) -> QWidget:
        inside, sides, decision = QWidget(), QWidget(), QWidget()
        column = _column(sides, theme.size(3))
        column.addWidget(self._sides)
        column.addWidget(self._note)
        self._sides_card.set_body(sides)
        column = _column(decision, theme.size(3))
        column.addWidget(self._why_not)
        column.addWidget(self._form)
        self._decision.set_body(decision)
        column = _column(inside, theme.size(4))
        for part in (self._none, self._list, self._sides_card, self._decision, self._quarantine):
            column.addWidget(part)
        column.addStretch(1)
        return inside

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
        self._why_not.setVisible(bool(view.why_not))
        self._why_not.set(view.why_not)
        self._form.setVisible(not view.why_not)
        if view.line.id != self._item:
            self._item = view.line.id
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

    def _choose(self, item: str) -> None:
        """Show the item; chosen again, go on to the decision."""
        if item != self.model.chosen:
            self.model.choose(item)
        elif not self._form.isHidden():
            self._form.focus_first()

    def _submit(self, values: dict[str, object]) -> None:
        self.settled.emit(self.model.chosen, str(values["choice"]), str(values["reason"]))

    def _leave(self) -> None:
        """Esc in the form goes back to the list, from there out of the panel."""
        self.take_focus()


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


def _column(inside: QWidget, spacing: int) -> QVBoxLayout:
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
