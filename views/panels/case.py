"""One case: what it is, how long there is left and why, its orders and its life, and what may be done now."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.viewmodels.case import CaseModel
from app.viewmodels.case_view import ActionLine, CaseView, OrderLine
from app.viewmodels.context import Context
from app.viewmodels.timeline import LifeLine
from views.deadlines import Deadlines
from views.flat import FlatPanel
from views.keys import Keys, key_name
from widgets.action_bar import Action, ActionBar
from widgets.card import Card
from widgets.key_values import KeyValue, KeyValues
from widgets.label import Label
from widgets.ledger import Ledger, LedgerRow
from widgets.light import Light
from widgets.scroll import Scroll
from widgets.tag import Tag
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

TITLE_MAX = 42
"""Characters of the heading: two lines. What is longer stands in full below."""

ACTIONS_FIRST = 6
"""Actions shown at once; the rest by one key."""

BAR_SHARE = 0.4
"""Of the panel's height: a longer list of actions takes the place of what stands above it."""

NARROW_PX = 520
"""Below this width, at scale 1, masked values take a line each."""

MORE = "more"

_WEIGHTS = {"turn": "due_soon_mark", "breach": "overdue_mark"}


class CasePanel(FlatPanel):
    """`wanted(ActionLine)` when an action is pressed, `reveal_wanted(ref)` for masked data."""

    wanted = Signal(object)
    reveal_wanted = Signal(str)

    def __init__(self, theme: Theme, context: Context, model: CaseModel, keys: Keys) -> None:
        super().__init__(theme, context.language, context.text("case.panel"))
        self._context = context
        self._model = model
        self._keys = keys
        self._actions: tuple[ActionLine, ...] = ()
        self._all_actions = False
        self._build(theme)
        self.set_body(self._lay_out())
        self.bind(model.changed)
        self.bind(model.ticked, self._tick)

    def refresh(self) -> None:
        view = self._model.view()
        if view is None:
            self.show_state("empty", self.text("case.none"))
            return
        self.show_state("ready")
        self._show_head(view)
        self._show_facts(view)
        self._show_rest(view)
        self._show_actions(view)

    @property
    def lines(self) -> tuple[ActionLine, ...]:
        """What may be done now, as shown."""
        return self._actions

    def show_sheet(self, sheet: QWidget | None) -> None:
        """Put a form in the place of deadlines, orders and life, or bring these back; the facts stay."""
        if sheet is None:
            self._middle.setCurrentWidget(self._scroll)
        else:
            if self._middle.indexOf(sheet) < 0:
                self._middle.addWidget(sheet)
            self._middle.setCurrentWidget(sheet)
        self._bar.setVisible(sheet is None)

    def toggle_deadlines(self) -> None:
        self._deadlines.toggle()

    def toggle_more(self) -> None:
        """All actions, or the likely ones alone."""
        self._all_actions = not self._all_actions
        self._fill_bar()

    def focus_actions(self) -> None:
        """The keyboard to the likely action."""
        buttons = self._bar.buttons()
        (buttons[0] if buttons else self._scroll).setFocus(Qt.FocusReason.OtherFocusReason)

    def retheme(self) -> None:
        super().retheme()
        body = self.findChild(QWidget, "case_body")
        layout = body.layout() if body is not None else None
        if layout is not None:
            side = self.theme.size(5)
            layout.setContentsMargins(side, self.theme.size(4), side, self.theme.size(4))
            layout.setSpacing(self.theme.size(4))
            self._cards_column.setSpacing(self.theme.size(4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        edge = self.theme.px(NARROW_PX)
        if (event.oldSize().width() < edge) != (event.size().width() < edge):
            view = self._model.view()
            if view is not None:
                self._show_facts(view)

    def _build(self, theme: Theme) -> None:
        text = self.text
        self._title = Label(theme, "", "heading", bold=True, wrap=True)
        self._urgency = Tag(theme, "", "urgent", "note")
        self._light = Light(theme, "in_time", "", "note")
        self._status = Label(theme, "", "body", bold=True)
        self._status.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self._code = Label(theme, "", "note", "text3", align="right")
        self._facts = KeyValues(theme, text("case.facts"))
        self._facts.acted.connect(lambda field: self.reveal_wanted.emit(self._refs.get(field, "")))
        self._refs: dict[str, str] = {}
        self._clear = Label(theme, "", "note", "due_soon")
        self._what, self._what_text = Card(theme, text("case.what"), step="body"), Label(theme, "", wrap=True)
        self._what_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._what.set_body(self._what_text)
        self._waits = Card(theme, text("case.waiting"), step="body")
        self._waits_list = Timeline(theme, text("case.waiting"))
        self._waits.set_body(self._waits_list)
        self._deadlines = Deadlines(theme, self.language)
        self._orders, self._orders_list = Card(theme, text("case.orders"), step="body"), Ledger(theme, "")
        self._orders.set_body(self._orders_list)
        self._life = Card(theme, text("case.life"), step="body")
        self._life_line = Timeline(theme, text("case.life"))
        self._life.set_body(self._life_line)
        self._bar = ActionBar(theme, text("case.actions"))
        self._bar.triggered.connect(self._pressed)

    def _lay_out(self) -> QWidget:
        head, status = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._title, 1)
        status.addWidget(self._urgency)
        status.addWidget(self._light)
        status.addWidget(self._status)
        status.addStretch(1)
        status.addWidget(self._code)
        cards = QWidget()
        self._cards_column = QVBoxLayout(cards)
        self._cards_column.setContentsMargins(0, 0, 0, 0)
        for card in (self._what, self._waits, self._deadlines, self._orders):
            self._cards_column.addWidget(card)
        self._cards_column.addWidget(self._life, 1)
        self._scroll = Scroll(cards)
        self._middle = QStackedWidget()
        self._middle.addWidget(self._scroll)
        body = QWidget()
        body.setObjectName("case_body")
        column = QVBoxLayout(body)
        for line in (head, status):
            column.addLayout(line)
        column.addWidget(self._facts)
        column.addWidget(self._clear)
        column.addWidget(self._middle, 1)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch(0)
        return body

    def _show_head(self, view: CaseView) -> None:
        whole = " ".join(view.title.split())
        long = len(whole) > TITLE_MAX
        self._title.set(whole[: TITLE_MAX - 1] + "…" if long else whole)
        self._what.setVisible(long)
        self._what_text.set(view.title)
        self._urgency.set(view.urgency)
        self._code.set(view.code)
        self._show_light(view.light, view.status)

    def _show_light(self, light: str, status: str) -> None:
        lit = light != "none"
        self._light.setVisible(lit)
        word = self.text(f"light.{light}")
        if lit:
            self._light.set_light(light, word)
        words = self.text("list.dot").join([status, word] if lit else [status])
        self._status.set(words, light if light in ("overdue", "due_soon") else "text1")

    def _show_facts(self, view: CaseView) -> None:
        look = self.text("case.look")
        # Named by field and not by case, so that the next case fills the same lines.
        self._refs = {fact.field: fact.ref for fact in view.facts if fact.ref}
        self._facts.set_pairs(
            [
                KeyValue(
                    fact.field or f"fact.{place}",
                    fact.label,
                    fact.value,
                    "due_soon" if fact.open else "text1",
                    look if fact.ref and not fact.open else "",
                    fact.wide or (bool(fact.ref) and self._narrow()),
                )
                for place, fact in enumerate(view.facts)
            ]
        )
        self._show_left()

    def _narrow(self) -> bool:
        """Whether two values with links behind them do not fit beside each other."""
        return self.width() < self.theme.px(NARROW_PX)

    def _show_left(self) -> None:
        left = self._model.left_ms()
        self._clear.setVisible(left > 0)
        if left:
            self._clear.set(self.text("case.clear_for", span=self._context.formats.span(left)))

    def _show_rest(self, view: CaseView) -> None:
        self._waits.setVisible(bool(view.waits))
        self._waits_list.set_moments(
            [Moment(w.text, "", w.text, w.note, "due_soon_mark", bold=True) for w in view.waits]
        )
        self._deadlines.show_deadlines(view.deadlines)
        self._orders.setVisible(bool(view.orders))
        in_force = sum(not order.ended for order in view.orders)
        self._orders.set_title(self.text("case.orders"), self.text("case.orders_note", n=in_force))
        self._orders_list.set_rows(
            [
                LedgerRow(
                    order.unit,
                    self.text("list.dot").join(part for part in (order.text, order.reached) if part),
                    order.role,
                    role=_order_role(order),
                    light=order.light if order.light != "none" else "",
                    bold=order.call,
                )
                for order in view.orders
            ]
        )
        self._life.set_title(self.text("case.life"), view.life_note)
        self._life_line.set_moments([self._moment(line) for line in view.life])

    def _moment(self, line: LifeLine) -> Moment:
        time = self._context.formats.near(line.at, self._context.now())
        note = self.text("list.dot").join(part for part in (line.note, line.level) if part)
        return Moment(line.eid, time, line.text, note, _WEIGHTS.get(line.weight, "accent"))

    def _show_actions(self, view: CaseView) -> None:
        if view.actions != self._actions:
            self._actions = view.actions
            self._all_actions = False
        self._fill_bar()

    def _fill_bar(self) -> None:
        free = [line for line in self._actions if not line.why_not]
        shown = self._actions if self._all_actions else tuple(free[:ACTIONS_FIRST])
        buttons = [
            Action(
                str(self._actions.index(line)),
                line.label,
                self._key(line),
                primary=place == 0 and not line.why_not,
                enabled=not line.why_not,
                hint=line.why_not,
            )
            for place, line in enumerate(shown)
        ]
        if len(self._actions) > len(free[:ACTIONS_FIRST]):
            word = self.text("case.less" if self._all_actions else "case.more")
            buttons.append(Action(MORE, word, key_name(self._keys.console[MORE])))
        self._bar.set_actions(buttons)
        # The whole list of actions may need more room than is left beside deadlines and life.
        needed = self._bar.heightForWidth(self._bar.width())
        self._middle.setVisible(not self._all_actions or needed < self.height() * BAR_SHARE)

    def _key(self, line: ActionLine) -> str:
        key = self._keys.case.get(line.key_id, "") if not line.why_not else ""
        return key_name(key) if key else ""

    def _pressed(self, button: str) -> None:
        if button == MORE:
            self.toggle_more()
        else:
            self.wanted.emit(self._actions[int(button)])

    def _tick(self) -> None:
        self._deadlines.tick(self._model.clocks())
        self._show_left()


def _order_role(order: OrderLine) -> str:
    """Nobody has it: that is more urgent than any clock of it."""
    if order.call:
        return "overdue"
    return "text4" if order.ended else _role(order.light)


def _role(light: str) -> str:
    return light if light in ("overdue", "due_soon") else "text2"
