"""An open hall on the glass: its windows, the beat that brings them news, and a watch on the UI thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.base.clock import MINUTE_MS
from app.base.errors import MusterError
from app.base.logs import Condition, Logger
from app.viewmodels.context import Context
from app.viewmodels.open_list import OpenListModel
from app.viewmodels.pulse import BEATS_PER_SECOND, Pulse
from app.viewmodels.seat import Seat
from views import look
from views.desks import Desks
from views.hall_windows import HallWindows
from views.keys import load_keys
from views.printing import OpenListPrinter
from views.scene import read_hanging
from views.screens import CONSOLE, SUPERVISION
from views.shots import shoot
from views.wall_set import WallSet
from widgets.watchdog import FAILURE_MS, Stall, Watchdog

SCENE = "overview"
BEAT_MS = 1_000 // BEATS_PER_SECOND
WALL = "wall"

_log = Logger(__name__)


@dataclass(frozen=True)
class Glass:
    """What the windows of an open hall are made with; `data` is its directory, `keys` the file of keys.

    `roles`: those of CONSOLE, SUPERVISION and WALL that open by themselves. `real`: this is no demo.
    `print_after_min`: cut off for so long, the list of open cases is printed each hour; 0: never.
    """

    pulse: Pulse
    wall: Context
    console: Context
    seat: Seat
    supervision: Context
    data: Path
    keys: Path
    roles: tuple[str, ...]
    real: bool
    print_after_min: int = 0


class Trouble(QObject):
    """`happened(error)`: work behind the glass failed; emitted on any thread, heard on the UI's."""

    happened = Signal(object)


class Session(QObject):
    """`quit_asked` when a person wants to leave."""

    quit_asked = Signal()
    _news_came = Signal()

    def __init__(self, glass: Glass, trouble: Trouble, fixed_size: QSize | None = None) -> None:
        """WorldError for a scene, keys or looks that cannot be used; then no window was opened."""
        super().__init__()
        self._glass = glass
        desks, walls = self._desks(fixed_size), self._walls(fixed_size)
        self._desk_windows, self._wall_windows = desks, walls
        roles = tuple(role for role in glass.roles if role != WALL)
        self.windows = HallWindows(glass.data, desks, walls, roles)
        self.windows.quit_asked.connect(self.quit_asked)
        self._printer = self._make_printer() if desks is not None else None
        self._beats = Condition(_log, "glass.beat")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._since = QElapsedTimer()
        self._since.start()
        self._news_came.connect(self._hurry, Qt.ConnectionType.QueuedConnection)
        glass.pulse.wake(self._news_came.emit)
        self._watch = Watchdog(_log_stall)
        trouble.happened.connect(self._say_trouble, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Open the windows and begin to beat; WorldError when the wall could not be read from its seats."""
        if self._glass.real:
            self.windows.check()
        self.windows.open()
        self._timer.start()
        _log.info("glass.opened", windows=len(self._open()))

    def watch(self) -> None:
        """From now on the UI thread must not stand still."""
        self._watch.start()

    def stop_watching(self) -> int:
        """The longest stall since `watch`, ms; 0 when none was long enough to be felt."""
        self._watch.stop()
        return self._watch.max_stall_ms

    def shots(self, folder: Path) -> list[str]:
        """A picture of every window; a line for each file."""
        return [line for name, window in self._open().items() for line in shoot(window, folder, name)]

    def close(self) -> None:
        """Close the windows; nothing beats or watches any more."""
        self._timer.stop()
        self._watch.stop()
        if self._printer is not None:
            self._printer.close()
        self.windows.close()
        self._glass.pulse.close()

    def _open(self) -> dict[str, QWidget]:
        """The windows that are open, by the names their pictures have."""
        found: dict[str, QWidget] = {}
        if self._desk_windows is not None:
            found.update(self._desk_windows.windows)
        if self._wall_windows is not None:
            walls = enumerate(self._wall_windows.windows.values(), 1)
            found.update({f"{WALL}-{number}": window for number, window in walls})
        return found

    def _desks(self, fixed_size: QSize | None) -> Desks | None:
        glass = self._glass
        if CONSOLE not in glass.roles and SUPERVISION not in glass.roles:
            return None
        return Desks(glass.console, glass.seat, glass.supervision, load_keys(glass.keys), fixed_size)

    def _walls(self, fixed_size: QSize | None) -> WallSet | None:
        if WALL not in self._glass.roles:
            return None
        return WallSet(self._glass.wall, read_hanging(SCENE, self._glass.data), fixed_size)

    def _make_printer(self) -> OpenListPrinter:
        """Only a desk prints: its hands take the paper."""
        glass, desks = self._glass, self._desk_windows
        assert desks is not None
        model = OpenListModel(glass.console, glass.print_after_min * MINUTE_MS)
        family = look.theme(look.DESK).face("body").font.family()
        return OpenListPrinter(glass.console, model, glass.data, family, desks.say)

    def _hurry(self) -> None:
        """News goes on the glass at once, unless a beat was just now: then with the next one."""
        if self._timer.isActive() and self._since.hasExpired(BEAT_MS):
            self._timer.start()
            self._beat()

    def _beat(self) -> None:
        self._since.restart()
        try:
            self._glass.pulse.beat()
        except Exception as error:
            self._beats.failed(error)
        else:
            self._beats.recovered()

    def _say_trouble(self, error: BaseException) -> None:
        language = self._glass.wall.language
        words = language.error(error) if isinstance(error, MusterError) else language.text("shell.trouble")
        self._glass.pulse.say_trouble(words)


def _log_stall(stall: Stall) -> None:
    """Where it stood: the innermost call of the program's own."""
    own = [call for call in stall.stack if "/views/" in call or "/widgets/" in call or "/app/" in call]
    where = own[-1].rpartition("/")[2].replace(" ", ":") if own else ""
    tell = _log.warning if stall.length_ms > FAILURE_MS else _log.info
    tell("ui.stall", length_ms=stall.length_ms, at=where)
