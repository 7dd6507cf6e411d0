"""One screen of the wall: a scene's panels in their slots; masked, without cursor, without any dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.base.clock import SECOND_MS
from app.viewmodels.context import Context
from app.viewmodels.scene import Scene, Slot
from views import look
from views.panel import Panel
from views.panels.wall_header import WallHeader
from views.registry import Piece, actions_for, panels_for
from views.scene import scale_on, slot_rect, slot_theme

STALE_MS = 5 * SECOND_MS
"""Without a beat for so long the figures are said to be old: a hundred beats were missed."""

LOOK_MS = SECOND_MS
"""How often the age of the figures is looked at, by a timer of its own that needs no beat."""

SETTLE_MS = 120
"""A window dragged to another size is arranged anew when it has come to rest."""


class WallWindow(QWidget):
    """Shows screen `number` of `screens` of a scene.

    Give it a context whose commands are `Watching`: nothing here can act or reveal. It closes only by
    `close_by_shell`; its few keys ask the shell with `asked(action id)`. On a desk's screen (`framed`) its
    frame may close it, and the shell hears `closed`.
    """

    asked = Signal(str)
    closed = Signal()

    def __init__(self, context: Context, scene: Scene, screens: int, number: int) -> None:
        super().__init__()
        self._context, self._scene = context, scene
        self._screens, self._number = screens, number
        self._panels: list[tuple[Slot, Piece]] = []
        self._scale = 0.0
        self._may_close = False
        self._framed = False
        self._stale = False
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._arrange)
        self._age = QTimer(self)
        self._age.timeout.connect(self.look_at_age)
        self._age.start(LOOK_MS)
        self.set_titles()

    @property
    def panels(self) -> tuple[Piece, ...]:
        """What stands on this screen, in the order of the scene."""
        return tuple(widget for _, widget in self._panels)

    def set_framed(self, framed: bool) -> None:
        """With a frame on a desk's screen; borderless on a wall's. Before it is shown."""
        self._framed = framed
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint, not framed)

    def set_place(self, screens: int, number: int) -> None:
        """Another number of screens, or another of them: show what belongs there now."""
        if (screens, number) != (self._screens, self._number):
            self._screens, self._number = screens, number
            self.set_titles()
            self._build()

    def set_titles(self) -> None:
        """The window's name: hall, scene and which screen of the wall."""
        text, founded = self._context.text, self._context.reading.hall.founded
        hall = self._context.label(founded.label) if founded is not None else ""
        mark = text(f"wall.{founded.mark}") if founded is not None and founded.mark else ""
        parts = [mark, hall, text("wall.window", number=self._number + 1)]
        title = text("list.dot").join(part for part in parts if part)
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def look_at_age(self) -> None:
        """Say above the figures that they are old, and take it back when they are not."""
        beat_at = self._context.pulse.beat_at
        stale = self._context.now() - beat_at > STALE_MS
        if stale == self._stale:
            return
        self._stale = stale
        at = self._context.formats.clock(beat_at)
        for panel in self.findChildren(Panel):
            if stale and panel.state == "ready":
                panel.show_state("stale", self._context.text("wall.stale", at=at))
            elif not stale and panel.state == "stale":
                panel.show_state("ready")

    def close_by_shell(self) -> None:
        """The one way to close it."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self._may_close or self._framed):
            event.ignore()
            return
        self._age.stop()
        self._settle.stop()
        self._clear()
        event.accept()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination())
        for action in actions_for("wall").values():
            if pressed == QKeySequence(action.shortcut):
                self.asked.emit(action.id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._panels:
            self._build()
        else:
            self._settle.start()

    def _arrange(self) -> None:
        """For the present size: in place when the type keeps its scale, else made anew."""
        if scale_on(self.size()) != self._scale:
            self._build()
        else:
            self._place()

    def _build(self) -> None:
        self._clear()
        size = self.size()
        self._scale = scale_on(size)
        base = look.theme(look.WALL, self._scale * self._scene.scale)
        base.apply(self)
        kinds = panels_for("wall")
        for slot in self._scene.slots_on(self._screens, self._number):
            theme = slot_theme(self._scene, slot, size)
            panel = kinds[slot.panel].factory(theme, self._context, False)
            panel.setParent(self)
            theme.apply(panel)
            if isinstance(panel, WallHeader):
                panel.set_scene(self._context.text(self._scene.title))
            self._panels.append((slot, panel))
        self._place()
        for _, panel in self._panels:
            panel.show()

    def _place(self) -> None:
        gap = look.theme(look.WALL, self._scale * self._scene.scale).size(4)
        for slot, panel in self._panels:
            panel.setGeometry(slot_rect(self._scene, slot, self.size(), gap))

    def _clear(self) -> None:
        for _, panel in self._panels:
            panel.release()
            panel.hide()
            panel.deleteLater()
        self._panels.clear()
