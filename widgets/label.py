"""A line of text that elides instead of pushing its neighbours away, coloured by the style sheet."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip

from widgets.paint import paint_text
from widgets.theme import Theme
from widgets.themed import Themed, mark

_LEAST_EM = 2  # an elided label still shows its first character


class Label(Themed, QLabel):
    """Text of one type step.

    `tone` is any text colour of the theme (`text1` to `text4`, `overdue`, `accent` …), set as a dynamic
    property. With `wrap` the text takes as many lines as it needs.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        step: str = "body",
        tone: str = "text1",
        bold: bool = False,
        align: str = "left",
        wrap: bool = False,
    ) -> None:
        super().__init__(text)
        self._step = step
        self._bold = bold
        self._align = align
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        mark(self, type=step, tone=tone, bold=bold)
        self.set_theme(theme)

    def set(self, text: str, tone: str = "") -> None:
        """Another text and, when given, another tone."""
        if text != self.text():
            self.setText(text)
        if tone:
            mark(self, tone=tone)

    def sizeHint(self) -> QSize:
        if self.wordWrap():
            return super().sizeHint()
        face = self.theme.face(self._step, self._bold)
        return QSize(round(face.width(self.text()) + 0.999), face.line_px)

    def minimumSizeHint(self) -> QSize:
        if self.wordWrap():
            return super().minimumSizeHint()
        hint = self.sizeHint()
        face = self.theme.face(self._step, self._bold)
        return QSize(min(hint.width(), _LEAST_EM * face.px), hint.height())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.elided():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)

    def elided(self) -> bool:
        """Whether part of the text is left out; then the whole text is the tool tip."""
        face = self.theme.face(self._step, self._bold)
        return not self.wordWrap() and face.width(self.text()) > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.wordWrap():
            super().paintEvent(event)
            return
        face = self.theme.face(self._step, self._bold)
        with QPainter(self) as painter:
            colour = self.palette().color(self.foregroundRole())
            paint_text(painter, face, QRectF(self.rect()), self.text(), colour, self._align)
