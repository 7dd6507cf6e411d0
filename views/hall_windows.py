"""All windows of one PC on its screens: opened by profile, following its screens, kept over restarts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from views.desks import Desks
from views.registry import ACTIONS
from views.screens import (
    CONSOLE,
    SUPERVISION,
    Placed,
    Plan,
    WindowState,
    described,
    plan,
    read_state,
    real_screens,
    write_state,
)
from views.wall_set import WallSet

SETTLE_MS = 300
"""Plugging a monitor in or out comes as several signals; windows move once, when they are over."""

KEEP_MS = 1_000
"""Places and sizes are written when the windows have come to rest."""

_log = logging.getLogger(__name__)


class HallWindows(QObject):
    """`desks`, `walls`: whichever this PC has. Its state lies in `data`. `quit_asked` ends the program."""

    quit_asked = Signal()

    def __init__(
        self, data: Path, desks: Desks | None, walls: WallSet | None, roles: tuple[str, ...]
    ) -> None:
        super().__init__()
        self._data, self._desks, self._walls = data, desks, walls
        self._roles = roles
        self._state = read_state(data)
        self._settle = self._timer(SETTLE_MS, self.reconcile)
        self._keep = self._timer(KEEP_MS, self.keep)
        self._unkept = False
        self._following = False
        if desks is not None:
            desks.quit_asked.connect(self.quit_asked)
            desks.moved.connect(self._keep.start)
            desks.asked.connect(self.act)
        if walls is not None:
            walls.asked.connect(self.act)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        self._app = app

    def check(self) -> None:
        """WorldError when the wall could not be read; before any window is opened."""
        found = self._plan(real_screens())
        if self._walls is not None and found is not None and not found.framed:
            self._walls.check(found.walls, real_screens())

    def open(self) -> None:
        """Open everything and follow the screens from now on."""
        self.reconcile()
        if self._desks is not None:
            # The console last: it is what hands reach for.
            for role in sorted(self._roles, key=lambda role: role == CONSOLE):
                self._desks.open(role, self._state.windows.get(role, Placed()))
        self._following = True
        self._app.screenAdded.connect(self._screen_added)
        self._app.screenRemoved.connect(self._screen_removed)
        for screen in self._app.screens():
            screen.geometryChanged.connect(self._settle.start)

    def reconcile(self) -> None:
        """Put every window on the screen it belongs on; harmless when all are."""
        screens = real_screens()
        found = self._plan(screens)
        if found is None:
            return
        if self._desks is not None and found.desk:
            self._desks.set_home(screens[found.desk])
            self._bring_home(found, screens)
        if self._walls is not None:
            self._walls.hang(found.walls, screens, framed=found.framed)
        self._keep.start()

    def _bring_home(self, found: Plan, screens: Mapping[str, QScreen]) -> None:
        """Windows of the desk to their own screens where these are there and no wall hangs on them."""
        assert self._desks is not None
        for role in tuple(self._desks.windows):
            placed = self._state.windows.get(role, Placed())
            own = placed.screen in screens and (found.framed or placed.screen not in found.walls)
            self._desks.bring(role, screens[placed.screen if own else found.desk], placed)

    def act(self, action: str) -> None:
        """Do one of the registry's actions."""
        handlers: Mapping[str, Callable[[], None]] = {
            "quit": self.quit_asked.emit,
            "show_console": lambda: self._show(CONSOLE),
            "show_supervision": lambda: self._show(SUPERVISION),
            "show_wall": self._show_wall,
        }
        handlers[ACTIONS[action].handler]()

    def keep(self) -> None:
        """Write where everything stands; a disk that refuses is logged once."""
        placed = self._desks.placed() if self._desks is not None else {}
        here = real_screens()
        # A window whose screen is unplugged stands elsewhere for the time being, and goes back.
        placed = {
            role: now
            for role, now in placed.items()
            if (own := self._state.windows.get(role)) is None or own.screen in here
        }
        hung = tuple(self._walls.windows) if self._walls is not None else ()
        # Screens that are unplugged, or lent to the desk, keep their place in the order.
        walls = (*self._state.walls, *(name for name in hung if name not in self._state.walls))
        state = WindowState({**self._state.windows, **placed}, walls)
        if state == self._state:
            return
        self._state = state
        kept = write_state(self._data, state)
        if not kept and not self._unkept:
            _log.warning("windows.state_unwritten")
        self._unkept = not kept

    def close(self) -> None:
        """Keep the state and close every window; harmless when none was opened."""
        self._settle.stop()
        self._keep.stop()
        if self._following:
            self._following = False
            self._app.screenAdded.disconnect(self._screen_added)
            self._app.screenRemoved.disconnect(self._screen_removed)
            self.keep()
        if self._walls is not None:
            self._walls.close()
        if self._desks is not None:
            self._desks.close()

    def _plan(self, screens: dict[str, QScreen]) -> Plan | None:
        return plan(
            described(screens), desk=self._desks is not None, wall=self._walls is not None, before=self._state
        )

    def _show(self, role: str) -> None:
        if self._desks is not None:
            self._desks.open(role, self._state.windows.get(role, Placed()))

    def _show_wall(self) -> None:
        if self._walls is not None and not self._walls.show_framed():
            self.reconcile()

    def _screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._settle.start)
        self._settle.start()

    def _screen_removed(self, screen: QScreen) -> None:
        if self._walls is not None:
            self._walls.hide_on(screen.name())
        self._settle.start()

    def _timer(self, pause_ms: int, work: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause_ms)
        timer.timeout.connect(work)
        return timer
