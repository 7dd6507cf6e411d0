"""The signs on the map, each painted once into one picture from which all of them are drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from widgets.light import paint_light
from widgets.theme import Theme

LIGHT_SHAPES = ("circle", "diamond", "triangle", "square", "ring")
OWN_SHAPES = ("arrow", "capsule", "hexagon", "cross", "dot")
"""What moves has shapes of its own: those of the lights mean deadlines and nothing else."""

SIDE_EM = 1.35  # of the body type: a sign is seen before the name beside it is read
SMALL = 0.5  # of that, where so many are seen that large ones would only hide one another
_HALO = 0.14  # of the side: a rim of the ground's colour parts a sign from what lies under it
_RING = 0.26  # of the side: from one ring to the next
_PEN = 0.1  # of the side


class Sign(msgspec.Struct, frozen=True):
    """`shape` is one of the lights' or of OWN_SHAPES, `colour` a colour of the theme. So many `rings` stand
    around it; it points to `turn_deg` clockwise from north; a `hollow` one is only outlined. `size` is its
    share of the side of a full one."""

    shape: str
    colour: str
    rings: int = 0
    turn_deg: float = 0.0
    hollow: bool = False
    size: float = 1.0


class SignAtlas:
    """All signs of one look. `rects` are (left, top, width, height) of each, in device px of the `pixmap`."""

    def __init__(self, theme: Theme, signs: Sequence[Sign], ratio: float, size: float = 1.0) -> None:
        self.ratio = ratio
        self.side = round(sign_side(theme) * size)
        sizes = [_cell(sign, self.side * ratio) for sign in signs]
        lefts = np.concatenate(([0], np.cumsum(sizes)))
        image = QImage(max(1, int(lefts[-1])), max(1, *sizes, 1), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for sign, left, size in zip(signs, lefts.tolist(), sizes, strict=False):
                paint_sign(painter, theme, QPointF(left + size / 2, size / 2), self.side * ratio, sign)
        self.rects: NDArray[np.float64] = _tight(image, lefts, sizes)
        self.pixmap = QPixmap.fromImage(image)

    @property
    def widest(self) -> float:
        """Px from edge to edge of the largest sign."""
        return float(self.rects[:, 2:].max(initial=0.0)) / self.ratio


def sign_side(theme: Theme) -> int:
    """How large a sign is without its rings, px."""
    return round(theme.face("body").px * SIDE_EM)


def paint_sign(painter: QPainter, theme: Theme, middle: QPointF, side: float, sign: Sign) -> None:
    """One sign around its middle."""
    side *= sign.size
    colour, ground = theme.colour(sign.colour), theme.colour("map_ground")
    pen = side * _PEN
    for ring in range(sign.rings):
        radius = side / 2 + side * _RING * (ring + 0.6)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, line in ((pen * 2.4, ground), (pen, colour)):
            painter.setPen(QPen(line, width))
            painter.drawEllipse(middle, radius, radius)
    if sign.shape in LIGHT_SHAPES:
        rim = side * (1 + 2 * _HALO)
        paint_light(painter, _square(middle, rim), "circle" if sign.shape == "ring" else sign.shape, ground)
        paint_light(painter, _square(middle, side), sign.shape, colour)
        return
    path = _path(sign.shape, side)
    painter.save()
    painter.translate(middle)
    painter.rotate(sign.turn_deg)
    painter.setPen(QPen(ground, side * 2 * _HALO, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(ground)
    painter.drawPath(path)
    if sign.hollow:
        painter.setPen(QPen(colour, pen * 1.3))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    painter.drawPath(path)
    painter.restore()


def _cell(sign: Sign, side: float) -> int:
    """An even number of device px, so that a sign's middle lies on a whole one."""
    side *= sign.size
    reach = side * (0.5 + _HALO + 0.04)
    if sign.rings:
        reach = max(reach, side * (0.5 + _RING * (sign.rings - 0.4) + 1.4 * _PEN))
    return 2 * math.ceil(reach)


def _tight(image: QImage, lefts: NDArray[np.int64], sizes: Sequence[int]) -> NDArray[np.float64]:
    """What of each cell is painted at all, around the same middle: ten thousand times nothing costs time."""
    alpha = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1) >> 24
    rects = []
    for left, size in zip(lefts.tolist(), sizes, strict=False):
        down, across = np.nonzero(alpha[:size, left : left + size])
        half_x, half_y = (
            math.ceil(float(np.abs(at + 0.5 - size / 2).max(initial=0.5)) + 0.5) for at in (across, down)
        )
        rects.append((left + size / 2 - half_x, size / 2 - half_y, 2 * half_x, 2 * half_y))
    return np.array(rects, dtype=np.float64).reshape(-1, 4)


def _square(middle: QPointF, side: float) -> QRectF:
    return QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)


def _path(shape: str, side: float) -> QPainterPath:
    path = QPainterPath()
    half = side * 0.46
    if shape == "arrow":
        corners = [(0, -half), (0.72 * half, 0.84 * half), (0, 0.42 * half), (-0.72 * half, 0.84 * half)]
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        path.closeSubpath()
    elif shape == "hexagon":
        turns = [math.radians(60 * n) for n in range(6)]
        path.addPolygon(QPolygonF([QPointF(half * math.cos(t), half * math.sin(t)) for t in turns]))
        path.closeSubpath()
    elif shape == "capsule":
        path.addRoundedRect(QRectF(-0.9 * half, -0.5 * half, 1.8 * half, half), 0.5 * half, 0.5 * half)
    elif shape == "cross":
        arm = 0.32 * half
        path.addRect(QRectF(-arm, -half, 2 * arm, 2 * half))
        across = QPainterPath()
        across.addRect(QRectF(-half, -arm, 2 * half, 2 * arm))
        path = path.united(across)
    elif shape == "dot":
        path.addEllipse(QPointF(0, 0), half * 0.5, half * 0.5)
    else:
        raise ValueError(f"no sign has the shape {shape}")
    return path
