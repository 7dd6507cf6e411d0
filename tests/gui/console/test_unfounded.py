"""A console on a log without rules: it opens, says so, and lets nobody do anything."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.base.clock import ManualClock
from app.base.language import load_language
from app.log.store import open_store
from app.projections.projector import HallProjector
from app.projections.reading import Reading
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from app.viewmodels.seat import Seat
from app.viewmodels.watching import Watching
from tests.helpers.desk import KEYS, fonts
from tests.helpers.fingers import Fingers
from tests.helpers.glass import LANGUAGES
from tests.helpers.halls import MONDAY_9
from views.keys import load_keys
from views.windows.console import ConsoleWindow


def test_without_rules_everything_stands_still(qtbot: QtBot, tmp_path: Path) -> None:
    fonts()
    projector, clock = HallProjector(), ManualClock(MONDAY_9)
    with open_store(tmp_path / "hall", clock, projector, mark="demo") as store:
        projector.load(store.reader())
        reading = Reading(store, projector)
        reading.columns.load(store.reader())
        pulse = Pulse(reading, clock)
        seat = Seat(reading, "A1", "s1")
        language = load_language("zh", LANGUAGES)
        context = Context(reading, Watching(), pulse, language, seat.actor)
        window = ConsoleWindow(context, seat, load_keys(KEYS))
        window.show()
        qtbot.waitExposed(window)
        hands = Fingers(window)
        hands.press("F2", "F4", "F12", "Esc", "Esc", "Ctrl+R", "A", ".", "Ctrl+D", "Ctrl+F", "Esc", "Esc")
        clock.advance(5_000)
        pulse.beat()
        assert window.face.queues.state == "empty"
        assert window.face.case.state == "empty"
        assert window.face.board.state == "ready"
        assert window.face.report_shown() is None
        window.release()
        window.close()
        pulse.close()
