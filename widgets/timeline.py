"""What happened when: a time, a dot in the colour of its weight, the words, and a small note."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from widgets.flowing import Flowing, Run
from widgets.light import paint_light
from widgets.lines import Lines
from widgets.paint import paint_text
from widgets.theme import Theme

_DOT_EM = 0.72


class Moment(msgspec.Struct, frozen=True):
    """Finished texts; `role` colours the dot (`accent` for the ordinary course), empty for none."""

    id: str
    time: str
    text: str
    note: str = ""
    role: str = "accent"
    bold: bool = False


class Timeline(Lines):
    """Moments in the order given, their texts broken to the width. In a `Scroll` when it may be long."""

    def __init__(self, theme: Theme, name: str, step: str = "body", ground: str = "surface2") -> None:
        super().__init__(theme, name, ground)
        self._step = step
        self._moments: tuple[Moment, ...] = ()
        self.set_theme(theme)

    def set_moments(self, moments: Sequence[Moment]) -> None:
        if tuple(moments) != self._moments:
            self._moments = tuple(moments)
            self.lines_changed([f"{m.time} {m.text} {m.note}".rstrip() for m in self._moments])

    def count(self) -> int:
        return len(self._moments)

    def gap_px(self) -> int:
        return self.theme.px(6)

    def flow(self, index: int, width: int) -> Flowing:
        moment = self._moments[index]
        runs = [Run(moment.text, "text1", self._step, moment.bold)]
        if moment.note:
            runs.append(Run(f"  {moment.note}", "text4", "tiny"))
        return Flowing(self.theme, runs, width - self._text_left(), self._step)

    def paint_line(self, painter: QPainter, rect: QRectF, index: int, text: Flowing) -> None:
        moment, theme = self._moments[index], self.theme
        face = theme.face(self._step)
        first = QRectF(rect.left(), rect.top(), self._time_px(), face.line_px)
        paint_text(painter, face, first, moment.time, theme.colour("text3"))
        if moment.role:
            side = face.px * _DOT_EM
            dot = QRectF(first.right() + theme.size(4), first.center().y() - side / 2, side, side)
            paint_light(painter, dot, "circle", theme.colour(moment.role))
        text.paint(painter, self._text_left(), rect.top())

    def _time_px(self) -> float:
        face = self.theme.face(self._step)
        return max((face.width(moment.time) for moment in self._moments), default=0.0)

    def _text_left(self) -> float:
        dots = any(moment.role for moment in self._moments)
        side = self.theme.face(self._step).px * _DOT_EM
        return self._time_px() + self.theme.size(4) + (side + self.theme.size(4) if dots else 0.0)
