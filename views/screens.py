"""Which window belongs on which screen: planned from what is plugged in and what was there before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QIODevice, QSaveFile
from PySide6.QtGui import QGuiApplication, QScreen

CONSOLE, SUPERVISION = "console", "supervision"
DESK_ROLES = (CONSOLE, SUPERVISION)
"""The desk's windows; the first that stood somewhere says where the desk is."""

STATE_FILE = "windows.json"
STATE_BYTES_MAX = 64 * 1024
"""A dozen windows need 2 KB; something larger is another file under its name."""

_log = logging.getLogger(__name__)


class ScreenAt(msgspec.Struct, frozen=True):
    """A screen by name and place, in px of the whole desktop."""

    name: str
    x: int
    y: int
    primary: bool = False


class Placed(msgspec.Struct, frozen=True):
    """Where a desk's window stood: its screen, its frame when it is not maximised, the sizes of its parts."""

    screen: str = ""
    frame: tuple[int, int, int, int] | None = None
    maximised: bool = True
    parts: tuple[tuple[int, ...], ...] = ()


class WindowState(msgspec.Struct, frozen=True):
    """What is kept over a restart. `walls`: the wall's screens in the order they hang."""

    windows: dict[str, Placed] = {}
    walls: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """`desk`: the screen of the desk's windows, empty without any. `walls`: screens of the wall, in order.

    `framed`: there is no screen to spare, so the wall is an ordinary window on the desk's own.
    """

    desk: str
    walls: tuple[str, ...]
    framed: bool = False


def plan(screens: Sequence[ScreenAt], *, desk: bool, wall: bool, before: WindowState) -> Plan | None:
    """Desks keep the screen they had, else the primary one; the wall takes all others, as they hung before.

    None while no screen at all is there: then nothing is moved.
    """
    if not screens:
        return None
    names = [screen.name for screen in screens]
    ordered = [screen.name for screen in sorted(screens, key=lambda s: (s.x, s.y))]
    if not desk:
        return Plan("", _in_order(ordered, before.walls) if wall else ())
    had = [before.windows[role].screen for role in DESK_ROLES if role in before.windows]
    primary = next((screen.name for screen in screens if screen.primary), names[0])
    home = next((name for name in had if name in names), primary)
    if not wall:
        return Plan(home, ())
    free = [name for name in ordered if name != home]
    return Plan(home, _in_order(free, before.walls)) if free else Plan(home, (home,), framed=True)


def _in_order(names: Sequence[str], hung: Sequence[str]) -> tuple[str, ...]:
    """Those that hung before in their old order, then the new ones from left to right."""
    known = [name for name in hung if name in names]
    return (*known, *(name for name in names if name not in known))


def real_screens() -> dict[str, QScreen]:
    """The screens that are plugged in, by name; the placeholder Qt makes when none is has no size."""
    return {screen.name(): screen for screen in QGuiApplication.screens() if not screen.geometry().isEmpty()}


def described(screens: dict[str, QScreen]) -> list[ScreenAt]:
    """The screens as the plan wants them."""
    primary = QGuiApplication.primaryScreen()
    return [
        ScreenAt(name, screen.geometry().x(), screen.geometry().y(), screen is primary)
        for name, screen in screens.items()
    ]


def read_state(data: Path) -> WindowState:
    """What was kept; nothing when there is nothing or it cannot be read: windows then open afresh."""
    try:
        with (data / STATE_FILE).open("rb") as file:
            return msgspec.json.decode(file.read(STATE_BYTES_MAX), type=WindowState)
    except FileNotFoundError:
        return WindowState()
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("windows.state_unreadable", exc_info=error)
        return WindowState()


def write_state(data: Path, state: WindowState) -> bool:
    """Keep it, whole or not at all; False when the disk refuses."""
    file = QSaveFile(str(data / STATE_FILE))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return False
    file.write(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
    return file.commit()
