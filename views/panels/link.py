"""The link panel: how far the log is safe at three levels, what waits here, what line and clock say."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.link_panel import LinkPanelModel, LinkView
from views.panel import Panel
from widgets.card import Card
from widgets.key_values import KeyValue, KeyValues
from widgets.label import Label
from widgets.ledger import Ledger, LedgerRow
from widgets.light import Light
from widgets.progress import ProgressBar
from widgets.scroll import Scroll
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline


class LinkPanel(Panel):
    """Nothing in it can be pressed; it is the same for everybody."""

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        title = context.text("link.panel")
        super().__init__(theme, context.language, title)
        self._model = LinkPanelModel(context)
        self._build(theme)
        self.set_body(Scroll(self._lay_out(theme)))
        self.bind(self._model.changed)

    def refresh(self) -> None:
        view = self._model.view()
        self._light.set_light(view.severity, "")
        self._phase.set(view.phase, "overdue" if view.severity == "overdue" else "text1")
        self._trouble.setVisible(bool(view.trouble))
        self._trouble.set(view.trouble)
        self._bar.setVisible(view.progress is not None)
        self._bar.set_share(view.progress or 0.0)
        self._levels.set_rows(
            [
                LedgerRow(level.label, level.note, level.count, role=level.severity or "text2")
                for level in view.levels
            ]
        )
        self._facts.set_pairs(
            [
                KeyValue(fact.id, fact.label, fact.value, fact.severity or "text1", wide=True)
                for fact in view.facts
            ]
        )
        self._show_waiting(view)

    def release(self) -> None:
        super().release()
        self._model.close()

    def _build(self, theme: Theme) -> None:
        text = self.text
        self._light = Light(theme, "in_time", "", "body")
        self._phase = Label(theme, "", "heading", bold=True)
        self._trouble = Label(theme, "", "body", "overdue", wrap=True)
        self._bar = ProgressBar(theme, text("link.panel"), "surface2")
        self._levels = Ledger(theme, text("link.levels"))
        self._facts = KeyValues(theme, text("link.state"), columns=1)
        self._waiting = Timeline(theme, text("link.waits_here"))
        self._none = Label(theme, text("link.waits_none"), "body", "text3")
        self._waits = Card(theme, text("link.waits_here"), step="body")

    def _lay_out(self, theme: Theme) -> QWidget:
        inside, head = QWidget(), QHBoxLayout()
        head.addWidget(self._light)
        head.addWidget(self._phase, 1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.size(4))
        column.addLayout(head)
        column.addWidget(self._trouble)
        column.addWidget(self._bar)
        for name, body in (("link.levels", self._levels), ("link.state", self._facts)):
            card = Card(theme, self.text(name), step="body")
            card.set_body(body)
            column.addWidget(card)
        listed = QWidget()
        lines = QVBoxLayout(listed)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self._none)
        lines.addWidget(self._waiting)
        self._waits.set_body(listed)
        column.addWidget(self._waits)
        column.addStretch(1)
        return inside

    def _show_waiting(self, view: LinkView) -> None:
        self._waits.set_note(view.waiting_note)
        self._none.setVisible(not view.waiting)
        self._waiting.setVisible(bool(view.waiting))
        self._waiting.set_moments(
            [Moment(line.eid, line.time, line.text, line.note, "due_soon_mark") for line in view.waiting]
        )
