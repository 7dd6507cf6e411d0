"""The inbox of requests from above: case, wish and a person's answer; and what was asked below."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.viewmodels.context import Context
from app.viewmodels.requests import RequestsModel, RequestView
from views.inbox import Inbox, InboxWords
from widgets.card import Card
from widgets.form import Choice, FieldSpec, FormWords
from widgets.key_values import KeyValue, KeyValues
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

ACCEPT, TURN_DOWN = "accept", "turn_down"

_MARKS = {"overdue": "overdue_mark", "due_soon": "due_soon_mark", "in_time": "in_time_mark"}


class RequestsPanel(Inbox):
    """`opened(incident)` for one that is answered with its case."""

    action = "answer_request"
    opened = Signal(str)

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        text = context.text
        words = InboxWords(
            text("request.panel"),
            text("request.none"),
            text("request.decide"),
            FormWords(text("request.send"), text("request.leave"), text("form.missing")),
            text("request.shown"),
        )
        self.model = RequestsModel(context)
        super().__init__(theme, context.language, words, active)
        self._facts = KeyValues(theme, text("request.detail"), columns=1)
        self._detail = Card(theme, text("request.detail"), step="body")
        self._detail.set_body(self._facts)
        self._sent = Timeline(theme, text("request.sent"))
        self._sent_card = Card(theme, text("request.sent"), step="body")
        self._sent_card.set_body(self._sent)
        self.lay_out(theme, self._detail, self._sent_card)
        self.bind(self.model.changed)

    def refresh(self) -> None:
        lines, view = self.model.lines(), self.model.view()
        self.show_rows(
            [(line.id, line.code, line.title, line.due or line.at) for line in lines],
            self.text("request.count", n=len(lines)),
        )
        for part in (self._detail, self._decision):
            part.setVisible(view is not None)
        if view is not None:
            self._show(view)
        self._show_sent()

    def release(self) -> None:
        super().release()
        self.model.close()

    def chosen(self) -> str:
        return self.model.chosen

    def choose(self, item: str) -> None:
        """One that is answered with its case leads there."""
        view = self.model.view()
        if item != self.model.chosen:
            self.model.choose(item)
        elif view is not None and view.reported:
            self.opened.emit(view.line.incident)
        else:
            self.go_on()

    def submit(self, values: dict[str, object]) -> None:
        accepted, reason = values["choice"] == ACCEPT, str(values.get("reason") or "")
        if not accepted and not reason.strip():
            self._form.show_errors({"reason": self.text("request.reason_missing")})
            return
        asked = self.model.answer(self.model.chosen, accepted, reason)
        self.decided.emit(asked, self.text("request.answered_yes" if accepted else "request.answered_no"))

    def done(self) -> None:
        self.model.look_again()
        super().done()

    def fields(self) -> tuple[FieldSpec, ...]:
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

    def _show(self, view: RequestView) -> None:
        self._facts.set_pairs([KeyValue(name, label, value, wide=True) for name, label, value in view.facts])
        reported = self.text("request.reported", code=view.line.code) if view.reported else ""
        if self.show_form(view.line.id, reported or view.why_not):
            self._form.clear()

    def _show_sent(self) -> None:
        sent = self.model.sent()
        self._sent_card.setVisible(bool(sent))
        self._sent_card.set_note(self.text("request.count", n=len(sent)) if sent else "")
        self._sent.set_moments(
            [Moment(s.id, s.time, s.text, s.note, _MARKS.get(s.severity, "text3")) for s in sent]
        )
