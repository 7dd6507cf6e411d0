"""The inbox of requests from above: case, wish and a person's answer; and what was asked below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.requests import RequestsModel, RequestView
from views.panel import Panel
from widgets.card import Card
from widgets.form import Choice, FieldSpec, Form, FormWords
from widgets.key_values import KeyValue, KeyValues
from widgets.label import Label
from widgets.line_list import LineList, LineRow
from widgets.scroll import Scroll
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

LISTED = 8
"""Requests of the list at once: each that is answered makes room."""

ACCEPT, TURN_DOWN = "accept", "turn_down"

_MARKS = {"overdue": "overdue_mark", "due_soon": "due_soon_mark", "in_time": "in_time_mark"}


class RequestsPanel(Panel):
    """`answered(request, accepted, reason)` when a person has decided, `opened(incident)` for one that is
    answered with its case; `busy`, `refused` and `done` are the answers of whoever sends it."""

    answered = Signal(str, bool, str)
    opened = Signal(str)

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        super().__init__(theme, context.language, context.text("request.panel"))
        self.model = RequestsModel(context)
        self._active = active
        self._item = ""
        self._build(theme)
        self.set_body(Scroll(self._lay_out(theme)))
        self.bind(self.model.changed)

    def refresh(self) -> None:
        lines, view = self.model.lines(), self.model.view()
        self.set_note(self.text("request.count", n=len(lines)) if lines else "")
        self._list.setVisible(bool(lines))
        self._none.setVisible(not lines)
        marked = self.text("request.shown") if len(lines) > 1 else ""
        self._list.set_rows(
            [
                LineRow(
                    line.id,
                    line.code,
                    line.title,
                    line.due or line.at,
                    marked if line.id == self.model.chosen else "",
                )
                for line in lines
            ]
        )
        for part in (self._detail, self._decision):
            part.setVisible(view is not None)
        if view is not None:
            self._show(view)
        self._show_sent()

    def take_focus(self) -> None:
        """The keyboard to the list of requests, else to the panel itself."""
        (self._list if self._list.row_ids() else self._none).setFocus(Qt.FocusReason.OtherFocusReason)

    def busy(self, is_busy: bool) -> None:
        """While it is being saved nothing can be changed, or sent twice."""
        self._form.setEnabled(not is_busy)

    def refused(self, words: str) -> None:
        """Say why not; what was filled in stays."""
        self.busy(False)
        self._form.show_errors({"reason": words})

    def done(self) -> None:
        """It is answered: an empty form for the next."""
        self.busy(False)
        self._form.clear()
        self._list.mark(self.model.chosen)
        self.take_focus()

    def release(self) -> None:
        super().release()
        self.model.close()

    def _build(self, theme: Theme) -> None:
        text = self.text
        self._list = LineList(theme, text("request.panel"), LISTED, self._active)
        self._list.activated.connect(self._choose)
        self._none = Label(theme, text("request.none"), "body", "text3", wrap=True)
        self._none.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._detail = Card(theme, text("request.detail"), step="body")
        self._facts = KeyValues(theme, text("request.detail"), columns=1)
        self._detail.set_body(self._facts)
        self._decision = Card(theme, text("request.decide"), step="body")
        self._words = Label(theme, "", "body", "text3", wrap=True)
        words = FormWords(text("request.send"), text("request.leave"), text("form.missing"))
        self._form = Form(theme, text("request.decide"), self._fields(), words)
        self._form.submitted.connect(self._submit)
        self._form.left.connect(self.take_focus)
        self._sent_card = Card(theme, text("request.sent"), step="body")
        self._sent = Timeline(theme, text("request.sent"))
        self._sent_card.set_body(self._sent)

    def _lay_out(self, theme: Theme) -> QWidget:
        inside, decision = QWidget(), QWidget()
        column = _column(decision, theme.size(3))
        column.addWidget(self._words)
        column.addWidget(self._form)
        self._decision.set_body(decision)
        column = _column(inside, theme.size(4))
        for part in (self._none, self._list, self._detail, self._decision, self._sent_card):
            column.addWidget(part)
        column.addStretch(1)
        return inside

    def _show(self, view: RequestView) -> None:
        self._facts.set_pairs([KeyValue(name, label, value, wide=True) for name, label, value in view.facts])
        words = view.why_not
        if view.reported:
            words = self.text("request.reported", code=view.line.code)
        self._words.setVisible(bool(words))
        self._words.set(words)
        self._form.setVisible(not words)
        if view.line.id != self._item:
            self._item = view.line.id
            self._form.clear()

    def _show_sent(self) -> None:
        sent = self.model.sent()
        self._sent_card.setVisible(bool(sent))
        self._sent_card.set_note(self.text("request.count", n=len(sent)) if sent else "")
        self._sent.set_moments(
            [Moment(s.id, s.time, s.text, s.note, _MARKS.get(s.severity, "text3")) for s in sent]
        )

    def _fields(self) -> tuple[FieldSpec, ...]:
        text = self.text
        choices = (
            Choice(ACCEPT, text("request.accept"), "1"),
            Choice(TURN_DOWN, text("request.turn_down"), "2"),
        )
        return (
            FieldSpec(
                "choice",
                text("request.choice"),
                "choice",
                choices,
                required=True,
                error=text("request.choose"),
                placeholder=text("request.choose"),
            ),
            FieldSpec("reason", text("request.reason"), "text"),
        )

    def _choose(self, item: str) -> None:
        """Show the request; chosen again, go on to the answer, or to the case that is the answer."""
        view = self.model.view()
        if item != self.model.chosen:
            self.model.choose(item)
        elif view is not None and view.reported:
            self.opened.emit(view.line.incident)
        elif not self._form.isHidden():
            self._form.focus_first()

    def _submit(self, values: dict[str, object]) -> None:
        accepted, reason = values["choice"] == ACCEPT, str(values.get("reason") or "")
        if not accepted and not reason.strip():
            self._form.show_errors({"reason": self.text("request.reason_missing")})
            return
        self.answered.emit(self.model.chosen, accepted, reason)


def _column(inside: QWidget, spacing: int) -> QVBoxLayout:
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
