"""The wall's own painted parts: bars by light to one scale, and the bar of long work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.helpers.wall import fonts, settle
from views import look
from widgets.progress import ProgressBar
from widgets.stacked_bars import Count, StackedBar, StackedBars
from widgets.theme import Theme

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def theme() -> Theme:
    fonts()
    return look.theme(look.WALL)


@pytest.fixture
def bars(theme: Theme) -> Iterator[StackedBars]:
    made = StackedBars(theme, "街道")
    made.resize(800, 200)
    made.set_bars(
        [
            StackedBar("a", "甲", (("overdue", 10), ("in_time", 10)), 40, "40", (Count("overdue", "10"),)),
            StackedBar("b", "乙", (("overdue", 1), ("in_time", 9)), 20, "20", (Count("overdue", ""),)),
        ]
    )
    made.show()
    settle()
    yield made
    made.hide()
    made.deleteLater()
    settle()


def painted(widget: QWidget, theme: Theme, meaning: str, top: int, bottom: int) -> int:
    """How many px of a row's middle line have this colour."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    wanted, y = theme.colour(meaning).rgb(), (top + bottom) // 2
    return sum(1 for x in range(image.width()) if image.pixel(x, y) == wanted)


def test_all_bars_have_one_scale_and_parts_are_to_it(bars: StackedBars, theme: Theme) -> None:
    first, second = bars.row_rect(0), bars.row_rect(1)
    long_red = painted(bars, theme, "overdue_mark", first.top(), first.bottom())
    long_green = painted(bars, theme, "in_time_mark", first.top(), first.bottom())
    short_green = painted(bars, theme, "in_time_mark", second.top(), second.bottom())
    assert abs(long_red - long_green) < 20  # the light before the count is red too
    assert short_green == pytest.approx(long_green * 0.9, abs=2)


def test_few_rows_stand_loosely_and_many_closely(bars: StackedBars, theme: Theme) -> None:
    loose = bars.row_px()
    bars.set_bars([StackedBar(str(n), f"街 {n}", (), n, str(n)) for n in range(12)])
    close = bars.row_px()
    em = theme.texts["body"]
    assert em * 1.4 < close < loose < em * 2.5
    assert bars.fits() < 12


def test_a_row_is_chosen_by_keyboard_and_read_out(bars: StackedBars) -> None:
    chosen: list[str] = []
    bars.activated.connect(chosen.append)
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    assert chosen == ["b"]
    assert bars.accessibleDescription().splitlines()[0] == "甲 10 40"


def test_the_bar_of_long_work_fills_and_stays_within_bounds(theme: Theme) -> None:
    bar = ProgressBar(theme, "正在归并")
    bar.resize(400, 10)
    filled = []
    for share in (-1.0, 0.25, 0.75, 3.0):
        bar.set_share(share)
        filled.append(painted(bar, theme, "accent_fill", 0, 10))
    assert [round(part / 100) for part in filled] == [0, 1, 3, 4]
    assert (bar.share, bar.accessibleDescription()) == (1.0, "100%")
    bar.deleteLater()
    settle()
