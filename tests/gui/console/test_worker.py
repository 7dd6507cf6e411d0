"""The console on the real worker: commands run on another thread, the glass goes on meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.base.language import load_language
from app.bootstrap import Worker
from app.bootstrap.opening import NumberingHall
from app.clerk.clerk import Clerk
from app.projections.paging import cases_after
from app.projections.reading import Reading
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from app.viewmodels.seat import Seat
from tests.helpers.desk import KEYS, fonts
from tests.helpers.fingers import Fingers
from tests.helpers.glass import LANGUAGES
from tests.helpers.halls import TestHall, hall
from views.keys import load_keys
from views.windows.console import ConsoleWindow


def opened(at: TestHall) -> NumberingHall:
    clerk = Clerk(at.commander, lambda row, most: cases_after(at.store.reader(), row, most))
    return NumberingHall(
        at.store, at.projector, at.clock, at.commander, Reading(at.store, at.projector), clerk, at.store
    )


def test_a_report_goes_through_the_worker_and_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    fonts()
    failures: list[BaseException] = []
    with hall(tmp_path / "hall", SystemClock()) as at:
        open_hall = opened(at)
        open_hall.load_board()
        worker = Worker(open_hall, failures.append)
        pulse = Pulse(open_hall.reading, open_hall.clock)
        seat = Seat(open_hall.reading, "A1", "s1")
        assert seat.sit_first("intake")
        language = load_language("zh", LANGUAGES)
        context = Context(open_hall.reading, worker, pulse, language, seat.actor)
        window = ConsoleWindow(context, seat, load_keys(KEYS))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        gate = threading.Event()
        worker.call(gate.wait)
        hands = Fingers(window)
        hands.press("F2")
        hands.type("路灯不亮,请联系 13912345678")
        hands.press("Ctrl+Return")
        assert window.bridge.waiting == 1
        assert not window.face.report.form.isEnabled(), "sent once, not twice"
        gate.set()
        qtbot.waitUntil(lambda: window.models.case.incident is not None)
        assert window.models.board.count() == 1
        hands.press("Ctrl+R", "Return")
        qtbot.waitUntil(lambda: window.models.case.left_ms() > 0)
        assert "已存本机" in window.toast.accessibleName()
        window.release()
        window.close()
        pulse.close()
        worker.close()
    assert failures == []
