"""The desk's windows: console and supervision, made when asked for, put back where they stood."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QSplitter, QWidget

from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.seat import Seat
from views.desk_look import DeskLook
from views.keys import Bound, Keys, key_name
from views.registry import actions_for
from views.screens import CONSOLE, SUPERVISION, Placed, real_screens
from views.windows.console import ConsoleWindow
from views.windows.supervision import SupervisionWindow

NORMAL_SHARE = 0.8
"""Of its screen, for a window that is taken out of the maximised state for the first time."""

LARGE_SCREEN_PX = 2_000
"""A screen of so many lines has twice the density: everything on it is drawn twice as large."""

FIRST_CASE_MS = 100
"""The list is painted at once, its first case a moment later: the working calendars are made for it."""

DeskWindow = ConsoleWindow | SupervisionWindow


class Desks(QObject):
    """`quit_asked` when the console is closed, `moved` when one was moved or sized, `asked(action id)`."""

    quit_asked = Signal()
    moved = Signal()
    asked = Signal(str)

    def __init__(
        self, console: Context, seat: Seat, supervision: Context, keys: Keys, fixed_size: QSize | None = None
    ) -> None:
        super().__init__()
        self._contexts = {CONSOLE: console, SUPERVISION: supervision}
        self._seat, self._keys = seat, keys
        self._fixed_size = fixed_size
        self._bound: dict[str, Bound] = {}
        self._home: QScreen | None = None
        self.windows: dict[str, DeskWindow] = {}

    def open(self, role: str, placed: Placed) -> None:
        """Make this window where it stood before, or bring the one that is there to the front."""
        window = self.windows.get(role)
        if window is None:
            window = self._make(role)
            screen = real_screens().get(placed.screen, self._home)
            if screen is not None:
                self._place(window, screen, placed)
            if isinstance(window, ConsoleWindow):
                QTimer.singleShot(FIRST_CASE_MS, window.begin)
        window.show()
        window.raise_()
        window.activateWindow()

    def say(self, words: str, severity: str) -> None:
        """A message at the foot of the desk's windows, the console's first."""
        window = self.windows.get(CONSOLE) or self.windows.get(SUPERVISION)
        if window is not None:
            window.say(words, severity)

    def set_home(self, screen: QScreen) -> None:
        """The desk's screen: where windows open that have none of their own."""
        self._home = screen

    def bring(self, role: str, screen: QScreen, placed: Placed) -> None:
        """This window belongs on this screen: move it when it is elsewhere."""
        window = self.windows.get(role)
        if window is None:
            return
        # A window whose screen was unplugged is said to be on another and yet stays where it was.
        if window.screen() is not screen or not screen.geometry().contains(window.geometry().center()):
            self._place(window, screen, placed)
            window.show()

    def placed(self) -> dict[str, Placed]:
        """Where the windows stand now."""
        return {role: _where(window) for role, window in self.windows.items()}

    def close(self) -> None:
        for role in list(self.windows):
            window = self.windows.pop(role)
            window.removeEventFilter(self)
            self._bound.pop(role).release()
            window.blockSignals(True)
            window.close()
            window.release()
            window.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            self.moved.emit()
        return super().eventFilter(watched, event)

    def _make(self, role: str) -> DeskWindow:
        context = self._contexts[role]
        # A window of a given size is drawn for that size, whatever screen it is on.
        look = DeskLook(scale=_density(self._home) if self._fixed_size is None else 1.0)
        window: DeskWindow
        if role == CONSOLE:
            window = ConsoleWindow(context, self._seat, self._keys, look, self._actions, self.asked.emit)
            window.closing.connect(self.quit_asked)
        else:
            window = SupervisionWindow(context, look, self._keys)
            window.case_wanted.connect(self._open_case)
            window.closing.connect(self._drop_supervision)
        bound = self._bound[role] = Bound(window)
        for action in actions_for("console").values():
            bound.bind(action.shortcut, self._asking(action.id))
        window.installEventFilter(self)
        self.windows[role] = window
        return window

    def _asking(self, action: str) -> Callable[[], None]:
        return lambda: self.asked.emit(action)

    def _actions(self) -> Sequence[Findable]:
        text = self._contexts[CONSOLE].text
        return [
            Findable(action.id, text(action.title), note=key_name(action.shortcut))
            for action in actions_for("console").values()
        ]

    def _open_case(self, incident: str) -> None:
        self.asked.emit("shell.console")
        console = self.windows.get(CONSOLE)
        if isinstance(console, ConsoleWindow):
            console.open_case(incident)

    def _drop_supervision(self) -> None:
        window = self.windows.pop(SUPERVISION, None)
        if window is not None:
            self._bound.pop(SUPERVISION).release()
            window.release()
            window.deleteLater()

    def _place(self, window: DeskWindow, screen: QScreen, placed: Placed) -> None:
        space = screen.availableGeometry()
        window.setScreen(screen)
        if self._fixed_size is not None:
            window.setGeometry(QRect(space.topLeft(), self._fixed_size))
            return
        frame = QRect(*placed.frame) if placed.frame is not None else QRect()
        if not space.contains(frame.center()) or frame.isEmpty():
            frame = QRect(space.topLeft(), space.size() * NORMAL_SHARE)
            frame.moveCenter(space.center())
        window.showNormal()
        window.setGeometry(space if placed.maximised else frame)
        for split, sizes in zip(window.findChildren(QSplitter), placed.parts, strict=False):
            split.setSizes(list(sizes))
        if placed.maximised:
            window.showMaximized()


def _where(window: QWidget) -> Placed:
    frame = window.normalGeometry() if window.isMaximized() else window.geometry()
    return Placed(
        window.screen().name(),
        (frame.x(), frame.y(), frame.width(), frame.height()),
        window.isMaximized(),
        tuple(tuple(split.sizes()) for split in window.findChildren(QSplitter)),
    )


def _density(screen: QScreen | None) -> float:
    return 2.0 if screen is not None and screen.geometry().height() >= LARGE_SCREEN_PX else 1.0
