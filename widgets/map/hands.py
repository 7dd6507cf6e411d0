"""The map under hand and keys: drag, wheel and arrows move it; pointing reads, pressing picks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

from widgets.keys import PRESS
from widgets.map.canvas import MapCanvas
from widgets.map.choice import SHOWN_MAX, SpotChoice
from widgets.map.plate import Plate
from widgets.map.signs import Sign
from widgets.map.spots import Spot, spots_at, spots_in_view
from widgets.map.view import ZOOM_MAX
from widgets.map.words import Words
from widgets.theme import Theme

PAN_SHARE, PAN_FAR_SHARE = 0.125, 0.5
"""Of the window, by an arrow and by an arrow with Shift."""

NOTCH = 120
"""What Qt counts for one notch of a wheel; finer wheels and pads give parts of it."""

CLICK_PX = 4
"""A hand trembles so far; what goes farther is a drag."""

TOLD_MAX = 5
"""Lines on the plate when several lie under the cursor."""

_PAN = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ZOOM = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_Underscore: -1}
_WALK = {Qt.Key.Key_N: 1, Qt.Key.Key_P: -1}
_HOME = (Qt.Key.Key_Home, Qt.Key.Key_0)


class MapHands(MapCanvas):
    """`picked(spot)` of one sign, by click, Enter or from the list of several; `looked_at(spot or None)`
    while pointing and walking. A click on a count zooms in until it comes apart."""

    picked = Signal(object)
    looked_at = Signal(object)

    def __init__(
        self, theme: Theme, name: str, words: Words, signs: Sequence[Sign], layers: Sequence[tuple[str, bool]]
    ) -> None:
        super().__init__(theme, name, words, signs, layers)
        self.plate = Plate(theme, self)
        self.choice = SpotChoice(theme, self, words.choose())
        self.choice.chosen.connect(self._chosen)
        self.choice.left.connect(lambda: self.setFocus(Qt.FocusReason.OtherFocusReason))
        self._offered: list[Spot] = []
        self._waiting: list[Spot] = []
        self._at = QPoint()
        self._grabbed: QPointF | None = None
        self._dragged = False
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.view_changed.connect(self._follow)

    def walk(self, by: int) -> Spot | None:
        """The next item in view for the keyboard, or the one before; round the ends."""
        spots = spots_in_view(self.view, self.layers)
        if not spots:
            self.set_current(None)
            self._tell([], None)
            return None
        keys = [(spot.layer, spot.keys) for spot in spots]
        here = self.current
        at = keys.index((here.layer, here.keys)) if here and (here.layer, here.keys) in keys else None
        number = (0 if by > 0 else len(spots) - 1) if at is None else (at + by) % len(spots)
        spot = spots[number]
        self.set_current(spot)
        lines = self._lines([spot])
        self._tell(lines, spot)
        said = self.words.position(number + 1, len(spots))
        self.setAccessibleDescription("\n".join((*lines, said)))
        return spot

    def pick(self, spots: Sequence[Spot], at: QPoint) -> None:
        """Take what lies here: one at once, of several the person chooses, a count is zoomed into."""
        if not spots:
            return
        first = spots[0]
        if first.gathered and self.view.zoom < ZOOM_MAX:
            closer = self.view.zoomed(1, 0, 0).zoom
            self.see(self.view.at(first.x, first.y, closer))
        elif len(spots) == 1 and not first.gathered:
            self.picked.emit(first)
        else:
            self._offer([Spot(spot.layer, (key,), spot.x, spot.y) for spot in spots for key in spot.keys], at)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._own(event):
            # While the map has the keyboard its keys are its own, whatever a window binds them to.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _PAN:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            share = PAN_FAR_SHARE if far else PAN_SHARE
            across, down = _PAN[Qt.Key(key)]
            self.see(self.view.moved(across * self.width() * share, down * self.height() * share))
        elif key in _ZOOM:
            self.see(self.view.zoomed(_ZOOM[Qt.Key(key)], self.width() / 2, self.height() / 2))
        elif key in _HOME:
            self.fit()
        elif key in _WALK and not event.modifiers():
            self.walk(_WALK[Qt.Key(key)])
        elif key in PRESS and self.current is not None:
            self.pick([self.current], self.spot_point(self.current))
        elif key == Qt.Key.Key_Escape and self.current is not None:
            self.set_current(None)
            self._tell([], None)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turned += event.angleDelta().y()
        steps, self._turned = int(self._turned / NOTCH), self._turned - int(self._turned / NOTCH) * NOTCH
        if steps:
            at = event.position()
            self.see(self.view.zoomed(steps, at.x(), at.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._grabbed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._grabbed is not None:
            off = at - self._grabbed
            if self._dragged or off.manhattanLength() > CLICK_PX:
                self._dragged = True
                self._grabbed = at
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.see(self.view.moved(-off.x(), -off.y()))
            return
        self.point_at(self.view.to_world(at.x(), at.y()))
        spots = self._under(at)
        self._tell(self._lines(spots), spots[0] if spots else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._grabbed is not None and not self._dragged
        self._grabbed, self._dragged = None, False
        self.unsetCursor()
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self.pick(self._under(event.position()), event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point_at(None)
        self._tell([], None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.current is not None and not self.choice.isVisible():
            self.set_current(None)
            self._tell([], None)

    def _own(self, event: QKeyEvent) -> bool:
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        key = event.key()
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        return key in _PAN or key in _ZOOM or key in _HOME or (plain and key in _WALK)

    def _under(self, at: QPointF) -> list[Spot]:
        return spots_at(self.view, self.layers, at, max(self.side, self.theme.target_px / 2))

    def _lines(self, spots: Sequence[Spot]) -> list[str]:
        """All there is to say of one; of several a line each."""
        if len(spots) == 1:
            return self._said(spots[0])
        told = [self._said(spot)[0] for spot in spots[:TOLD_MAX] if self._said(spot)]
        rest = len(spots) - TOLD_MAX
        return [*told, self.words.more(rest)] if rest > 0 else told

    def _said(self, spot: Spot) -> list[str]:
        if spot.gathered:
            return [self.words.many(spot.layer, len(spot.keys))]
        return list(self.words.lines(spot.layer, spot.keys[0]))

    def _tell(self, lines: Sequence[str], spot: Spot | None) -> None:
        if spot is None or not lines:
            self.plate.hide()
        else:
            self.plate.show_lines(lines, self.spot_point(spot), self.side)
        self.looked_at.emit(spot)

    def _offer(self, spots: list[Spot], at: QPoint) -> None:
        """The list, a page at a time: its last row brings the next page."""
        whole = len(spots) <= SHOWN_MAX
        page = spots if whole else spots[: SHOWN_MAX - 1]
        self._offered, self._waiting, self._at = page, spots[len(page) :], at
        self.plate.hide()
        rows = [" ".join(self._said(spot)[:2]) for spot in page]
        self.choice.show_rows(rows if whole else [*rows, self.words.more(len(self._waiting))], at)

    def _chosen(self, number: int) -> None:
        if number < len(self._offered):
            self.picked.emit(self._offered[number])
        else:
            self._offer(self._waiting, self._at)

    def _follow(self) -> None:
        """The map moved under the keyboard's item: the plate goes along, or away with it."""
        if self.current is not None and self.plate.isVisible():
            self.plate.show_lines(self.plate.lines, self.spot_point(self.current), self.side)
        else:
            self.plate.hide()
