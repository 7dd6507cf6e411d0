"""The map itself: areas that lie still, signs that move on them, moved and read by hand or by keys alone."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.map.areas import Area
from widgets.map.look import MapLook
from widgets.map.marks import MarkLayer, Marks
from widgets.map.names import Names
from widgets.map.signs import Sign
from widgets.map.spots import Spot
from widgets.map.view import Box, View
from widgets.map.words import Words
from widgets.paint import paint_focus
from widgets.theme import Theme
from widgets.themed import Themed

SETTLE_MS = 90
"""After the last step of a wheel or a drag what is stretched is painted sharp and names are placed anew."""

NAMES_MS = 5_000
"""Names go along with their signs; so long after many have moved it is seen which still have room."""

FIT_MARGIN = 24
"""Px at scale 1 between what was asked to be seen and the edge."""


class MapCanvas(Themed, QWidget):
    """A painted map of the unit square. `layers` are (name, whether its signs gather), the lowest first.

    It shows and is moved by its owner; hand and keys come with MapHands. `view_changed()` after every move.
    """

    view_changed = Signal()

    def __init__(
        self, theme: Theme, name: str, words: Words, signs: Sequence[Sign], layers: Sequence[tuple[str, bool]]
    ) -> None:
        super().__init__()
        self.words = words
        self.layers = [MarkLayer(layer, gathers) for layer, gathers in layers]
        self.view = View()
        self._signs = tuple(signs)
        self._areas: tuple[Area, ...] = ()
        self._names = Names()
        self._home: Box | None = None
        self._fits = True
        self._zooming = False
        self._selected: tuple[str, Hashable] | None = None
        self._current: Spot | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE_MS)
        self._rest.timeout.connect(self.settle)
        self._aging = QTimer(self)
        self._aging.setSingleShot(True)
        self._aging.setInterval(NAMES_MS)
        self._aging.timeout.connect(self.settle)
        self.setAccessibleName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_theme(theme)

    # What is shown

    def set_areas(self, areas: Sequence[Area]) -> None:
        """Other areas, in no particular order."""
        self._areas = tuple(areas)
        self._look.areas.set_areas(self._areas)
        self._look.ground.forget()
        self.update()

    def set_marks(self, layer: str, marks: Marks) -> None:
        """Other signs of one layer; only what looks different is painted again."""
        found = self.layer(layer)
        side = self._look.atlas.widest
        changes = found.changes(marks, self.view, side)
        same = marks.keys == found.marks.keys
        before = self._names.rects(self.view, found)
        found.set_marks(marks)
        if changes is None:
            if not same:
                self._place_names()
            elif not self._aging.isActive():
                self._aging.start()
            self.update()
        elif changes:
            region = QRegion()
            self._place_names()
            for rect in (*changes, *before, *self._names.rects(self.view, found)):
                region += rect.toAlignedRect()
            self.update(region)

    def layer(self, name: str) -> MarkLayer:
        return next(layer for layer in self.layers if layer.name == name)

    def select(self, layer: str, key: Hashable | None) -> None:
        """Ring one sign, or none; it need not be there yet."""
        self._selected = None if key is None else (layer, key)
        for each in self.layers:
            each.choose(key if each.name == layer else None)
        self._place_names()
        self.update()

    @property
    def selected(self) -> tuple[str, Hashable] | None:
        return self._selected

    @property
    def current(self) -> Spot | None:
        """What the keyboard is on."""
        return self._current

    def set_current(self, spot: Spot | None) -> None:
        self._current = spot
        self.update()

    # Where it is seen from

    def set_home(self, box: Box | None) -> None:
        """What `fit` shows; taken at once as long as nobody has moved the map."""
        self._home = box
        if self._fits:
            self.fit()

    def fit(self) -> None:
        """Show all of home, and keep to it in another size until somebody moves the map."""
        self._fits = True
        if self._home is not None:
            self.see(self.view.fitted(self._home, self.theme.px(FIT_MARGIN)), keeps_fit=True)

    def see(self, view: View, keeps_fit: bool = False) -> None:
        """Another view."""
        self._fits = keeps_fit
        if view == self.view:
            return
        self._zooming = self._zooming or view.zoom != self.view.zoom
        self.view = view
        self._rest.start()
        self.view_changed.emit()
        self.update()

    def show_place(self, x: float, y: float, zoom: float) -> None:
        """Bring a place into the middle, at least so close. One well in sight already stays where it is."""
        across, down = self.view.spot(x, y)
        edge = min(self.view.width, self.view.height) / 8
        inside = QRectF(0, 0, self.view.width, self.view.height).adjusted(edge, edge, -edge, -edge)
        if self.view.zoom < zoom or not inside.contains(QPointF(across, down)):
            self.see(self.view.at(x, y, max(zoom, self.view.zoom)))

    @property
    def names_shown(self) -> tuple[str, ...]:
        """What is written beside signs now."""
        return self._names.texts

    @property
    def moving(self) -> bool:
        """Whether the picture is still stretched and the names are not placed anew yet."""
        return self._rest.isActive()

    def settle(self) -> None:
        """The hand is at rest: everything sharp, names where there is room now."""
        self._rest.stop()
        self._zooming = False
        self._place_names()
        self.update()

    @property
    def side(self) -> int:
        """How large a sign is, px."""
        return self._look.atlas.side

    def point_at(self, spot: tuple[float, float] | None) -> None:
        """Say at the map's foot which place of the square the cursor is on."""
        if self._look.foot.point_at(self.view, spot):
            self.update(self._look.foot.rect(self.view))

    def retheme(self) -> None:
        self._make_look()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(640), self.theme.px(480))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.px(240), self.theme.px(180))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view = self.view.sized(self.width(), self.height(), self._look.ratio)
        if self._fits:
            self.fit()
        self._rest.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.devicePixelRatioF() != self._look.ratio:
            self._make_look()
        look, view = self._look, self.view
        if not self._zooming:
            look.ground.ready(view)
        dirty = QRectF(event.rect())
        with QPainter(self) as painter:
            look.ground.draw(painter, view, self.theme.colour("map_ground"))
            for layer in self.layers:
                # Counts first: what has a sign of its own among them is what must be seen.
                self._paint_clusters(painter, layer, dirty)
                layer.paint(painter, view, dirty, look.atlas, look.small_atlas)
            self._names.paint(painter, view, dirty, look.lettering)
            self._paint_chosen(painter)
            if dirty.intersects(QRectF(look.foot.rect(view))):
                look.foot.paint(painter, view)
            if self.hasFocus():
                paint_focus(painter, self.theme, QRectF(self.rect()))

    def _make_look(self) -> None:
        self._look = MapLook(self.theme, self.devicePixelRatioF(), self._signs, self.words)
        self._look.areas.set_areas(self._areas)
        for layer in self.layers:
            layer.gather_px = self._look.gather_px
            layer.forget()
        self.view = self.view.sized(self.width(), self.height(), self._look.ratio)
        self._place_names()

    def _place_names(self) -> None:
        for layer in self.layers:
            layer.count_crowd(self.view)
        # The uppermost signs are named first.
        self._names.place(list(reversed(self.layers)), self.view, self._look, self.words)

    def _paint_clusters(self, painter: QPainter, layer: MarkLayer, dirty: QRectF) -> None:
        gathering = layer.gathering(self.view)
        room = self._look.gather_px
        for number, x, y in layer.clusters(self.view, dirty.adjusted(-room, -room, room, room)):
            sign = int(layer.marks.sign[gathering.worst[number]])
            text = self.words.count(int(gathering.counts[number]))
            self._look.badges.paint(painter, QPointF(x, y), text, sign)

    def _paint_chosen(self, painter: QPainter) -> None:
        """The ring around the selected sign, the frame around the keyboard's."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = self._selected_spot()
        if at is not None:
            radius = self.side * 1.25
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width in (("map_ground", 6), ("accent", 3)):
                painter.setPen(QPen(self.theme.colour(colour), self.theme.px(width)))
                painter.drawEllipse(at, radius, radius)
        if self._current is not None:
            x, y = self.view.spot(self._current.x, self._current.y)
            half = self.side * 1.1
            paint_focus(painter, self.theme, QRectF(x - half, y - half, 2 * half, 2 * half))

    def _selected_spot(self) -> QPointF | None:
        if self._selected is None:
            return None
        layer, key = self._selected
        place = self.layer(layer).places.get(key)
        if place is None:
            return None
        marks = self.layer(layer).marks
        return QPointF(*self.view.spot(float(marks.x[place]), float(marks.y[place])))

    def spot_point(self, spot: Spot) -> QPoint:
        """Where a spot lies in this widget."""
        return QPointF(*self.view.spot(spot.x, spot.y)).toPoint()
