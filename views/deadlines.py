"""The deadlines of a case, each adding up line by line: the first at length, the others when asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.base.language import Language
from app.viewmodels.explaining import ExplainedDeadline
from widgets.card import Card
from widgets.ledger import Ledger, LedgerRow
from widgets.theme import Theme
from widgets.themed import Themed


class Deadlines(Themed, QWidget):
    """Titles count down by `tick`; the accounts below them change only with the case."""

    def __init__(self, theme: Theme, language: Language) -> None:
        super().__init__()
        self._language = language
        self._shown: tuple[ExplainedDeadline, ...] = ()
        self._cards: list[tuple[Card, Ledger]] = []
        self.expanded = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rest = Card(theme, "", step="body")
        self._list = Ledger(theme, language.text("case.deadlines_rest"))
        self._rest.set_body(self._list)
        self._column.addWidget(self._rest)
        self.set_theme(theme)

    def show_deadlines(self, deadlines: Sequence[ExplainedDeadline]) -> None:
        self._shown = tuple(deadlines)
        self._lay_out()

    def toggle(self) -> None:
        """All at full length, or the first alone."""
        self.expanded = not self.expanded
        self._lay_out()

    def tick(self, clocks: Sequence[tuple[str, str]]) -> None:
        """The titles as they read now, in the order of the deadlines."""
        for (card, _), shown, (_, title) in zip(self._cards, self._shown, clocks, strict=False):
            card.set_title(title, shown.due)
        if not self.expanded:
            self._list_rest([(light, title) for light, title in clocks[1:]])

    def retheme(self) -> None:
        self._column.setSpacing(self.theme.size(4))

    def _lay_out(self) -> None:
        full = self._shown if self.expanded else self._shown[:1]
        while len(self._cards) < len(full):
            card, account = Card(self.theme, "", step="body"), Ledger(self.theme, "")
            card.set_body(account)
            self._cards.append((card, account))
            self._column.insertWidget(len(self._cards) - 1, card)
        for place, (card, account) in enumerate(self._cards):
            card.setVisible(place < len(full))
            if place < len(full):
                card.set_title(full[place].title, full[place].due)
                account.setAccessibleName(full[place].title)
                account.set_rows(
                    [
                        LedgerRow(line.left, line.text, line.right, total=line.total)
                        for line in full[place].lines
                    ]
                )
        rest = [] if self.expanded else self._shown[1:]
        self._rest.setVisible(bool(rest))
        if rest:
            self._rest.set_title(self._language.text("case.deadlines_rest"), str(len(rest)))
            self._list_rest([(deadline.light, deadline.title) for deadline in rest])

    def _list_rest(self, titles: Sequence[tuple[str, str]]) -> None:
        rest = self._shown[1:]
        self._list.set_rows(
            [
                LedgerRow("", title, deadline.due, role=_role(light), light=light)
                for (light, title), deadline in zip(titles, rest, strict=False)
            ]
        )


def _role(light: str) -> str:
    return light if light in ("overdue", "due_soon") else "text2"
