"""A text that reads otherwise every second: a clock, or what is left until something is due."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent

from widgets.label import Label
from widgets.theme import Theme
from widgets.ticker import SecondTick


class Reading(msgspec.Struct, frozen=True):
    """What stands there now, and in which text colour of the theme."""

    text: str
    role: str = "text1"


class Countdown(Label):
    """Asks `read(now)` once a second, and only while it is to be seen; paints only when the text changed.

    `widest` is the widest text it may ever show, so that neighbours do not move with the seconds.
    """

    def __init__(
        self,
        theme: Theme,
        tick: SecondTick,
        read: Callable[[int], Reading],
        widest: str = "",
        step: str = "body",
        bold: bool = False,
        align: str = "left",
    ) -> None:
        super().__init__(theme, "", step, "text1", bold, align)
        self._widest = widest
        self._tick = tick
        self._read = read
        tick.ticked.connect(self._on_tick)
        self.refresh()

    def set_read(self, read: Callable[[int], Reading]) -> None:
        """Count towards something else."""
        self._read = read
        self.refresh()

    def refresh(self) -> None:
        reading = self._read(self._tick.now())
        self.set(reading.text, reading.role)
        self.setAccessibleName(reading.text)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if not self._widest:
            return hint
        width = round(self.theme.face(self._step, self._bold).width(self._widest) + 0.999)
        return QSize(max(hint.width(), width), hint.height())

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def _on_tick(self, now: int) -> None:
        if self.isVisible():
            reading = self._read(now)
            self.set(reading.text, reading.role)
