"""Taking down a report: one sheet, keyboard only, near duplicates while typing; a short one for storms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.report_form import Duplicate, ReportFormModel, Typed
from views.fields import Matcher, form_words
from views.keys import Bound, Keys, key_name
from views.panel import Panel
from widgets.card import Card
from widgets.form import Choice, FieldSpec, Form, Picked
from widgets.ledger import Ledger, LedgerRow
from widgets.scroll import Scroll
from widgets.theme import Theme
from widgets.themed import mark

PAUSE_MS = 250
"""Duplicates are looked for when the keys rest for so long: not at every letter, yet soon enough."""

JOINS = ("join_1", "join_2", "join_3")
"""The keys that add the report to the first, second, third near case."""

SHORT = ("what", "where", "urgent", "category")
"""Fields of the storm night's form: twenty seconds."""

_SUGGESTED = 8


class ReportForm(Panel):
    """`submitted(Typed, case to join or empty)`, `left()` on Esc. What was typed stays until it is sent."""

    submitted = Signal(object, str)
    left = Signal()

    def __init__(
        self,
        theme: Theme,
        context: Context,
        model: ReportFormModel,
        keys: Keys,
        match: Matcher,
        areas: Sequence[Choice],
        short: bool = False,
    ) -> None:
        title = context.text("report.short_title" if short else "report.title")
        super().__init__(theme, context.language, title)
        self._model = model
        self._keys = keys
        self._areas = areas
        self._match = match
        self.short = short
        self.taken = 0
        self._near: tuple[Duplicate, ...] = ()
        self.form_id = model.form_id()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.look_for_near)
        self._specs = self._chosen_specs()
        words = form_words(context, context.text("report.send"))
        self.form = Form(theme, title, self._specs, words, match, lambda _, typed: self._places(typed))
        self.form.submitted.connect(lambda values: self.submitted.emit(self.typed(values), ""))
        self.form.left.connect(self.left)
        self.form.edited.connect(lambda _field: self._pause.start(PAUSE_MS))
        self._near_card = Card(theme, context.text("report.near"), context.text("report.near_note"), "body")
        self._near_list = Ledger(theme, context.text("report.near"))
        self._near_card.set_body(self._near_list)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.size(4))
        # Below, so that nothing moves under the keys of who is typing.
        column.addWidget(self.form)
        column.addWidget(self._near_card)
        column.addStretch(1)
        self.set_body(Scroll(inside))
        mark(self, flat=True)
        self._near_card.hide()
        self._bound = Bound(self, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._bind()

    def refresh(self) -> None:
        """What is being typed does not follow the news."""

    def release(self) -> None:
        super().release()
        self._pause.stop()

    def begin(self) -> None:
        """The keyboard to the first word, or to where a draft broke off."""
        self._count()
        self.form.focus_first()

    def typed(self, values: dict[str, Any] | None = None) -> Typed:
        """What stands in the form."""
        given = dict(self.form.values() if values is None else values)
        where = given.pop("where", None)
        if isinstance(where, Picked):
            given["area"], given["address"] = (where.id, "") if where.id else ("", where.text)
        if "no_answer" in given:
            given["wants_answer"] = not given.pop("no_answer")
        return Typed(**{name: value for name, value in given.items() if value is not None})

    def put(self, draft: Typed, form_id: str) -> None:
        """Fill in what was typed into another form, of another language for instance."""
        self.form_id = form_id
        values = msgspec.structs.asdict(draft)
        values["no_answer"] = not values.pop("wants_answer")
        values["where"] = Picked(self._area_name(draft.area) or draft.address, draft.area)
        for spec in self._specs:
            self.form.set_value(spec.id, values.get(spec.id))
        self.look_for_near()

    def is_empty(self) -> bool:
        return self.typed() == Typed(channel=self.typed().channel)

    def busy(self, is_busy: bool) -> None:
        self.form.setEnabled(not is_busy)
        if is_busy:
            self.set_note(self.text("form.saving"))
        else:
            self._count()

    def refused(self, words: str, field: str) -> None:
        """Say why not; all that was typed stays."""
        self.busy(False)
        ids = [spec.id for spec in self._specs]
        place = "where" if field in ("area", "address") and "where" in ids else field
        if place in ids:
            self.form.show_errors({place: words})
            self.show_state("ready")
        else:
            self.show_state("ready", words)
            self.form.focus_first()

    def sent(self) -> None:
        """It is on disk: an empty form with a new id."""
        self.taken += 1
        self.busy(False)
        self.clear()

    def clear(self) -> None:
        """Throw away what was typed."""
        self.form_id = self._model.form_id()
        self.form.clear()
        self.show_state("ready")
        self._show_near(())
        self.form.focus_first()

    def look_for_near(self) -> None:
        """Show open cases that this may be one more report of."""
        self._show_near(self._model.duplicates(self.typed()))

    def join(self, place: int) -> None:
        """Send the report as one more of the near case at this place."""
        if place < len(self._near):
            typed = self.typed()
            if typed.what:
                self.submitted.emit(typed, self._near[place].incident)
            else:
                self.form.check()

    @property
    def near(self) -> tuple[Duplicate, ...]:
        return self._near

    def _bind(self) -> None:
        keys = self._keys.report
        for place, join in enumerate(JOINS):
            self._bound.bind(keys[join], lambda place=place: self.join(place))  # type: ignore[misc]
        for field in ("urgent", "life_danger"):
            if any(spec.id == field for spec in self._specs):
                self._bound.bind(keys[field], lambda field=field: self._turn(field))  # type: ignore[misc]
        self._bound.bind(keys["clear"], self.clear)

    def _turn(self, field: str) -> None:
        self.form.set_value(field, not self.form.values()[field])

    def _show_near(self, near: tuple[Duplicate, ...]) -> None:
        self._near = near
        self._near_card.setVisible(bool(near))
        self._near_list.set_rows(
            [
                LedgerRow(
                    key_name(self._keys.report[join]),
                    self.text("list.dot").join(part for part in (each.code, each.what, each.place) if part),
                    each.state,
                )
                for join, each in zip(JOINS, near, strict=False)
            ]
        )

    def _count(self) -> None:
        self.set_note(self.text("report.taken", n=self.taken) if self.short else "")

    def _area_name(self, code: str) -> str:
        return next((choice.label for choice in self._areas if choice.id == code), "")

    def _places(self, typed: str) -> Sequence[Choice]:
        return self._match(typed, self._areas)[:_SUGGESTED]

    def _chosen_specs(self) -> list[FieldSpec]:
        every = self._every_spec()
        wanted = SHORT if self.short else tuple(spec_id for spec_id in every if spec_id != "where")
        return [every[spec_id] for spec_id in wanted]

    def _every_spec(self) -> dict[str, FieldSpec]:
        text, keys = self.text, self._keys.report
        choose = text("form.choose")
        categories = tuple(Choice(c.id, c.name, c.code) for c in self._model.categories())
        channels = tuple(Choice(c.id, c.name) for c in self._model.channels())
        specs = (
            FieldSpec(
                "what", text("report.what"), "long_text", required=True, error=text("report.what_missing")
            ),
            FieldSpec("where", text("report.where"), "suggest", placeholder=text("report.where_hint")),
            FieldSpec(
                "area",
                text("report.area"),
                "choice",
                tuple(self._areas),
                error=choose,
                placeholder=text("report.area_hint"),
            ),
            FieldSpec("address", text("report.address"), placeholder=text("report.address_hint")),
            FieldSpec("flat", text("report.flat"), placeholder=text("report.flat_hint")),
            FieldSpec(
                "category",
                text("report.category"),
                "choice",
                categories,
                error=choose,
                placeholder=text("report.category_hint"),
            ),
            FieldSpec("reporter_phone", text("report.phone")),
            FieldSpec("reporter_name", text("report.name")),
            FieldSpec("no_answer", text("report.answer"), "bool", placeholder=text("report.no_answer")),
            FieldSpec("channel", text("report.channel"), "choice", channels, error=choose, value="phone"),
            FieldSpec(
                "urgent",
                text("report.urgent"),
                "bool",
                placeholder=text("report.urgent_box", shortcut=key_name(keys["urgent"])),
            ),
            FieldSpec(
                "life_danger",
                text("report.life_danger"),
                "bool",
                placeholder=text("report.life_danger_box", shortcut=key_name(keys["life_danger"])),
            ),
        )
        return {spec.id: spec for spec in specs}
