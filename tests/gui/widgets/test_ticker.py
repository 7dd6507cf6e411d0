from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from widgets.countdown import Countdown, Reading
from widgets.theme import Theme
from widgets.ticker import SecondTick

# An instant beyond 32 bits, as all of ours are.
NOW = 1_795_234_939_000


class Clock:
    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def left(now: int) -> Reading:
    seconds = (NOW + 10_000 - now) // 1_000
    return Reading(f"{seconds} s", "text1" if seconds > 5 else "overdue")


@pytest.mark.parametrize(("past_the_turn_ms", "wait_ms"), [(0, 1_000), (1, 999), (999, 1), (250, 750)])
def test_the_tick_aims_just_after_the_turn_of_the_second(
    qtbot: QtBot, past_the_turn_ms: int, wait_ms: int
) -> None:
    tick = SecondTick(Clock(NOW + past_the_turn_ms))
    assert 0 < tick.to_next_ms() - wait_ms < 20


def test_it_ticks_with_the_clock_passed_in_and_goes_on(qtbot: QtBot) -> None:
    clock = Clock(NOW + 990)
    tick = SecondTick(clock)
    heard: list[int] = []
    tick.ticked.connect(heard.append)
    tick.start()
    clock.now = NOW + 1_990
    qtbot.waitUntil(lambda: len(heard) >= 2)
    assert heard[0] == NOW + 1_990
    assert tick.running
    tick.stop()
    assert not tick.running


def test_a_slow_listener_does_not_stop_the_tick(qtbot: QtBot) -> None:
    tick = SecondTick(Clock(NOW + 995))
    armed: list[bool] = []
    tick.ticked.connect(lambda _: armed.append(tick.running))
    tick.start()
    qtbot.waitUntil(lambda: bool(armed))
    tick.stop()
    assert armed[0]


def test_a_countdown_reads_the_tick(qtbot: QtBot, theme: Theme) -> None:
    clock = Clock(NOW)
    tick = SecondTick(clock)
    label = Countdown(theme, tick, left, widest="00 s")
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
    assert (label.text(), label.property("tone")) == ("10 s", "text1")
    tick.ticked.emit(NOW + 6_000)
    assert (label.text(), label.property("tone")) == ("4 s", "overdue")


def test_a_hidden_countdown_reads_nothing_until_it_is_shown(qtbot: QtBot, theme: Theme) -> None:
    clock = Clock(NOW)
    tick = SecondTick(clock)
    label = Countdown(theme, tick, left)
    qtbot.addWidget(label)
    tick.ticked.emit(NOW + 3_000)
    assert label.text() == "10 s"
    clock.now = NOW + 4_000
    label.show()
    assert label.text() == "6 s"


def test_its_width_does_not_move_with_the_seconds(qtbot: QtBot, theme: Theme) -> None:
    clock = Clock(NOW)
    label = Countdown(theme, SecondTick(clock), left, widest="00 s")
    qtbot.addWidget(label)
    wide = label.sizeHint()
    clock.now = NOW + 5_000
    label.refresh()
    assert label.text() == "5 s"
    assert label.sizeHint() == wide


def test_it_can_count_towards_something_else(qtbot: QtBot, theme: Theme) -> None:
    label = Countdown(theme, SecondTick(Clock(NOW)), left)
    qtbot.addWidget(label)
    label.set_read(lambda now: Reading("paused", "paused"))
    assert label.text() == "paused"
    assert label.accessibleName() == "paused"
