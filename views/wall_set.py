"""The windows of the wall: one for each of its screens, made and closed as screens come and go."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QScreen

from app.base.errors import WorldError
from app.viewmodels.context import Context
from views.scene import Hanging, check_text
from views.windows.wall import WallWindow

FRAMED_SHARE = 0.75
"""Of the desk's screen, for a wall that has none of its own."""

_log = logging.getLogger(__name__)


class WallSet(QObject):
    """`asked(action id)` by key on any of them. `framed_size` is for windows that are not on a wall."""

    asked = Signal(str)

    def __init__(self, context: Context, hanging: Hanging, framed_size: QSize | None = None) -> None:
        super().__init__()
        self._context, self._hanging = context, hanging
        self._framed_size = framed_size
        self._framed = False
        self.windows: dict[str, WallWindow] = {}

    def check(self, names: Sequence[str], screens: Mapping[str, QScreen]) -> None:
        """WorldError when the scene's text could not be read on one of these screens."""
        for number, name in enumerate(names):
            screen = screens[name]
            slots = self._hanging.scene.slots_on(len(names), number)
            check_text(
                self._hanging, slots, screen.size(), screen.devicePixelRatio(), name or str(number + 1)
            )

    def hang(self, names: Sequence[str], screens: Mapping[str, QScreen], *, framed: bool) -> None:
        """Show the scene on these screens, in this order; windows of others are closed."""
        if framed != self._framed:
            self.close()
        self._framed = framed
        for name in [name for name in self.windows if name not in names]:
            self._drop(name)
        for number, name in enumerate(names):
            window = self.windows.get(name)
            if window is None:
                window = self.windows[name] = self._make(name, len(names), number)
            window.set_place(len(names), number)
            self._place(window, screens[name])
        self.windows = {name: self.windows[name] for name in names}
        self._say_small_text(names, screens)

    def show_framed(self) -> bool:
        """Bring the framed window to the front; False when the wall has screens of its own, or none."""
        if not (self._framed and self.windows):
            return False
        for window in self.windows.values():
            window.show()
            window.raise_()
            window.activateWindow()
        return True

    def hide_on(self, name: str) -> None:
        """That screen was just unplugged: its window must not land on another."""
        window = self.windows.get(name)
        if window is not None and not self._framed:
            window.hide()

    def close(self) -> None:
        for name in list(self.windows):
            self._drop(name)

    def _make(self, name: str, screens: int, number: int) -> WallWindow:
        window = WallWindow(self._context, self._hanging.scene, screens, number)
        window.set_framed(self._framed)
        window.asked.connect(self.asked)
        # Its frame may close it; then it is made anew when it is asked for.
        window.closed.connect(lambda: self.windows.pop(name, None))
        return window

    def _drop(self, name: str) -> None:
        window = self.windows.pop(name)
        window.close_by_shell()
        window.deleteLater()

    def _place(self, window: WallWindow, screen: QScreen) -> None:
        if self._framed:
            if not window.isVisible():
                space = screen.availableGeometry()
                size = self._framed_size or space.size() * FRAMED_SHARE
                window.setScreen(screen)
                window.resize(size)
                window.move(space.topLeft() if self._framed_size else space.center() - window.rect().center())
                window.show()
            return
        if window.isVisible() and window.screen() is screen and window.geometry() == screen.geometry():
            return
        if window.isVisible():
            # A full-screen window does not move.
            window.showNormal()
        window.setScreen(screen)
        window.setGeometry(screen.geometry())
        window.showFullScreen()

    def _say_small_text(self, names: Sequence[str], screens: Mapping[str, QScreen]) -> None:
        """A screen plugged in later is used all the same: a wall that stays dark would be worse."""
        if not self._framed:
            try:
                self.check(names, screens)
            except WorldError as error:
                _log.warning("wall.small_text", exc_info=error)
