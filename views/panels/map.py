"""The map: areas, open cases, units; follows the case that is open, and says what it cannot draw."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.map import AREAS, CASES, UNITS, Counted, MapModel
from app.viewmodels.map_units import FADED, STALE
from app.viewmodels.signal import Keys
from views import map_signs
from views.figured import FiguredPanel
from views.map_signs import case_sign, unit_sign
from widgets.map.canvas import MapCanvas
from widgets.map.hands import MapHands
from widgets.map.legend import Entry, Legend
from widgets.map.signs import Sign
from widgets.map.spots import Spot
from widgets.pill import Pill
from widgets.theme import Theme

CASE_ZOOM = 15
"""How close a case is brought: some 4 m a pixel, its street and the next ones around it."""

WARM_PAUSE_MS = 20
"""Between two slices of reading: whoever types or drags comes first."""

_EVERYTHING = frozenset((AREAS, CASES, UNITS))
_CUT_OFF = ("cut_off", "refused")


class _Words:
    """The model's words as the canvas asks for them: rows and unit ids are its keys."""

    def __init__(self, context: Context, model: MapModel) -> None:
        self._context = context
        self._model = model

    def lines(self, layer: str, key: Hashable) -> Sequence[str]:
        words, number = self._model.words, self._number(layer, key)
        if number is None:
            return ()
        return words.case(number) if layer == map_signs.CASES else words.unit(number)

    def name(self, layer: str, key: Hashable) -> str:
        words, number = self._model.words, self._number(layer, key)
        if number is None:
            return ""
        return words.case_label(number) if layer == map_signs.CASES else words.unit_label(number)

    def many(self, layer: str, count: int) -> str:
        return self._context.text("map.cluster", n=self.count(count))

    def more(self, count: int) -> str:
        return self._context.text("map.more", n=self.count(count))

    def choose(self) -> str:
        return self._context.text("map.choose")

    def position(self, number: int, total: int) -> str:
        return self._context.text("map.position", n=number, total=total)

    def place(self, x: float, y: float) -> str:
        return self._model.words.degrees(x, y)

    def metres(self, y: float) -> float:
        return self._model.words.metres(y)

    def length(self, length_m: float) -> str:
        return self._model.words.length(length_m)

    def count(self, number: int) -> str:
        return self._context.formats.count(number)

    def _number(self, layer: str, key: Hashable) -> int | None:
        if layer == map_signs.CASES:
            return int(str(key))
        return self._model.unit_number(str(key))


class MapPanel(FiguredPanel):
    """`case_wanted(incident)` when a case is picked; `opened(Filter)` for the list behind a count."""

    case_wanted = Signal(str)

    def __init__(self, theme: Theme, context: Context, active: bool, model: MapModel | None = None) -> None:
        self._context = context
        self._model = model or MapModel(context)
        self._news: frozenset[Hashable] = _EVERYTHING
        self._not_here = False
        self._counts: tuple[Counted, ...] = ()
        # Before the panel itself listens: when it refreshes it must know what for.
        let_go = self._model.changed.connect(self._hear)
        title = context.text("map.title")
        super().__init__(theme, context, title, self._model, active)
        self._let_go.append(let_go)
        self.bind(context.pulse.linked)
        self.canvas = self._make_canvas()
        self._legend = Legend(theme, title, self._entries())
        self._pills: list[Pill] = []
        self._warm = QTimer(self)
        self._warm.setInterval(WARM_PAUSE_MS)
        self._warm.timeout.connect(self._warm_up)
        body = QWidget()
        self._inside = QVBoxLayout(body)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._inside.addWidget(self.canvas, 1)
        self._inside.addWidget(self._legend)
        self.setFocusProxy(self.canvas)
        self.set_body(body)

    @property
    def model(self) -> MapModel:
        return self._model

    def show_case(self, incident: str) -> bool:
        """Ring a case and bring it into sight; False, and said, when nobody knows where it is."""
        row, place = self._model.look_at(incident), self._model.place_of(incident)
        self._not_here = row is None or place is None
        self.canvas.select(map_signs.CASES, None if self._not_here else row)
        if place is not None:
            self.canvas.show_place(*place, CASE_ZOOM)
        self._say_note()
        return not self._not_here

    def refresh(self) -> None:
        news, self._news = self._news, frozenset()
        if AREAS in news:
            self.canvas.set_areas(map_signs.areas(self._model.areas()))
        if CASES in news:
            self.canvas.set_marks(map_signs.CASES, map_signs.case_marks(self._model.cases()))
        if UNITS in news:
            self.canvas.set_marks(map_signs.UNITS, map_signs.unit_marks(self._model.units()))
        bounds = self._model.bounds()
        if bounds is not None:
            self.canvas.set_home((bounds.left, bounds.top, bounds.right, bounds.bottom))
        self._say_state(bounds is not None)
        self._say_note()
        self._warm.start()

    def release(self) -> None:
        self._warm.stop()
        super().release()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._warm.start()

    def retheme(self) -> None:
        super().retheme()
        if hasattr(self, "_inside"):
            self._inside.setSpacing(self.theme.size(2))

    def _hear(self, keys: Keys) -> None:
        self._news |= keys or _EVERYTHING

    def _make_canvas(self) -> MapCanvas:
        words, signs = _Words(self._context, self._model), map_signs.all_signs(self.theme)
        name = self.text("map.canvas")
        if not self.active:
            return MapCanvas(self.theme, name, words, signs, map_signs.LAYERS)
        canvas = MapHands(self.theme, name, words, signs, map_signs.LAYERS)
        canvas.picked.connect(self._pick)
        return canvas

    def _pick(self, spot: Spot) -> None:
        if spot.layer == map_signs.CASES:
            self.canvas.select(spot.layer, spot.keys[0])
            self.case_wanted.emit(self._model.incident(int(str(spot.keys[0]))))

    def _warm_up(self) -> None:
        if not self.isVisible() or not self._model.warm():
            self._warm.stop()

    def _say_state(self, anything: bool) -> None:
        if not anything and self._model.loading:
            self.show_state("loading", self.text("map.reading"))
        elif not anything:
            self.show_state("empty", self.text("map.empty"))
        elif self._context.link().phase in _CUT_OFF:
            self.show_state("cut_off", self.text("map.cut_off"))
        elif self.state != "stale":
            # That nothing comes any more is said, and taken back, by the window.
            self.show_state("ready")

    def _say_note(self) -> None:
        counts = self._model.counts()
        parts = [self._model.note()]
        if not self.active:
            parts = [*(each.text for each in counts), *parts]
        if self._not_here:
            self.set_note(self.text("map.not_here"), "due_soon")
        else:
            self.set_note(self.text("list.dot").join(parts), "text3")
        if self.active and counts != self._counts:
            self._counts = counts
            self._show_counts()

    def _show_counts(self) -> None:
        """A pill for the cases drawn and for each reason why others are not; pressed, it opens their list."""
        for pill in self._pills:
            self.header.removeWidget(pill)
            pill.hide()
            pill.deleteLater()
        self._pills = []
        for each in self._counts:
            pill = Pill(self.theme, each.text, active=True)
            pill.activated.connect(lambda opens=each.opens: self.opened.emit(opens))
            self.header.addWidget(pill)
            self._pills.append(pill)

    def _entries(self) -> list[Entry]:
        theme, text = self.theme, self.text
        lights = ("overdue", "due_soon", "in_time", "paused", "not_started")
        words = [Entry(text(f"wall.light.{light}"), case_sign(theme, light)) for light in lights]
        words.append(Entry(text("map.legend.urgent"), Sign("dot", "text4", 2)))
        for kind, number in (("vehicle", 0), ("team", map_signs.TEAM)):
            words.append(Entry(text(f"map.kind.{kind}"), unit_sign(number, 0)))
        words.append(Entry(text("map.legend.faded"), unit_sign(0, FADED)))
        words.append(Entry(text("map.legend.stale"), unit_sign(0, STALE)))
        return [*words, Entry(text("map.schematic"))]
