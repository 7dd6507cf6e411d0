from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from widgets.bars import Bar, Bars
from widgets.feed import Feed, FeedRow
from widgets.nav_list import NavItem, NavList
from widgets.split_bar import Part, SplitBar
from widgets.theme import Theme

BARS = [Bar("a", "Roads", 40, "40"), Bar("b", "Noise", 10, "10"), Bar("c", "None", 0, "0")]
PARTS = [
    Part("in", "in_time", 1_000_000, "1,000,000", "in time"),
    Part("late", "overdue", 1, "1", "overdue"),
    Part("wait", "paused", 0, "0", "paused"),
]
ITEMS = [
    NavItem("mine", "Mine", "23"),
    NavItem("", "Watch"),
    NavItem("late", "Late", "17", "overdue"),
    NavItem("soon", "Soon", "96"),
]


def feed_rows(left: str = "24 min", count: int = 3) -> list[FeedRow]:
    return [FeedRow(str(at), f"Matter {at}", "beside", left, light="in_time", tag="!") for at in range(count)]


def shown(qtbot: QtBot, theme: Theme, widget: QWidget, width: int, height: int) -> None:
    qtbot.addWidget(widget)
    theme.apply(widget)
    widget.resize(width, height)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.setFocus()
    widget.repaint()


class WatchedFeed(Feed):
    """A feed that keeps what had to be painted again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "feed")
        self.regions: list[QRegion] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        self.regions.append(QRegion(event.region()))
        super().paintEvent(event)


def drawn_width(bars: Bars, row: int) -> int:
    """How many pixels of the bar's colour lie in the middle of a row."""
    image = bars.grab().toImage()
    colour = bars.theme.colours["bar"]
    y = row * bars.row_px() + bars.row_px() // 2
    return sum(image.pixelColor(x, y).name() == colour for x in range(image.width()))


def test_bars_are_to_scale(qtbot: QtBot, theme: Theme) -> None:
    bars = Bars(theme, "bars")
    bars.set_bars(BARS)
    shown(qtbot, theme, bars, 400, 200)
    longest = drawn_width(bars, 0)
    assert longest > 200
    assert drawn_width(bars, 1) == pytest.approx(longest / 4, abs=2)
    assert drawn_width(bars, 2) == 0


def test_a_bar_is_chosen_by_key_and_by_click(qtbot: QtBot, theme: Theme) -> None:
    bars = Bars(theme, "bars")
    bars.set_bars(BARS)
    shown(qtbot, theme, bars, 400, 200)
    chosen: list[str] = []
    bars.activated.connect(chosen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Space):
        qtbot.keyClick(bars, key)
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(50, 2 * bars.row_px() + 3))
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(50, 4 * bars.row_px()))
    assert chosen == ["b", "a", "c"]


def test_the_mark_stays_on_its_row_when_others_come_and_go(qtbot: QtBot, theme: Theme) -> None:
    bars = Bars(theme, "bars")
    bars.set_bars(BARS)
    shown(qtbot, theme, bars, 400, 200)
    chosen: list[str] = []
    bars.activated.connect(chosen.append)
    qtbot.keyClick(bars, Qt.Key.Key_Down)
    bars.set_bars(BARS[1:])
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    bars.set_bars(BARS)
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    bars.mark("c")
    bars.mark("unknown")
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    bars.set_bars(BARS[:1])
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    assert chosen == ["b", "b", "c", "a"]


def test_a_list_that_is_not_active_takes_no_keyboard(qtbot: QtBot, theme: Theme) -> None:
    bars = Bars(theme, "bars", active=False)
    bars.set_bars(BARS)
    shown(qtbot, theme, bars, 400, 200)
    with qtbot.assertNotEmitted(bars.activated):
        qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(50, 3))
    assert bars.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_lists_are_spoken(qtbot: QtBot, theme: Theme) -> None:
    bars = Bars(theme, "bars")
    qtbot.addWidget(bars)
    bars.set_bars(BARS)
    assert bars.accessibleName() == "bars"
    assert bars.accessibleDescription().splitlines() == ["Roads 40", "Noise 10", "None 0"]


def test_a_feed_shows_whole_rows_and_tells_how_many(qtbot: QtBot, theme: Theme) -> None:
    feed = Feed(theme, "feed")
    heard: list[int] = []
    feed.fits_changed.connect(heard.append)
    feed.set_rows(feed_rows(count=9))
    shown(qtbot, theme, feed, 500, feed.row_px() * 3 + feed.row_px() // 2)
    assert heard[-1] == 3 == feed.fits()
    below = feed.grab(QRect(0, feed.row_px() * 3, 500, feed.row_px() // 2)).toImage()
    ground = theme.colours["surface2"]
    assert all(below.pixelColor(x, 10).name() == ground for x in range(0, 500, 7))


def test_other_times_paint_only_the_times(qtbot: QtBot, theme: Theme) -> None:
    feed = WatchedFeed(theme)
    feed.set_rows(feed_rows("24 min"))
    shown(qtbot, theme, feed, 500, 400)
    qtbot.wait(20)
    feed.regions.clear()
    feed.set_rows(feed_rows("23 min"))
    qtbot.waitUntil(lambda: bool(feed.regions))
    assert feed.regions[-1].boundingRect().left() > 400
    feed.regions.clear()
    feed.set_rows(feed_rows("23 min"))
    qtbot.wait(30)
    assert feed.regions == []


def test_another_row_is_painted_whole_and_alone(qtbot: QtBot, theme: Theme) -> None:
    feed = WatchedFeed(theme)
    feed.set_rows(feed_rows())
    shown(qtbot, theme, feed, 500, 400)
    qtbot.wait(20)
    feed.regions.clear()
    rows = feed_rows()
    rows[1] = FeedRow("new", "Another", "beside", "24 min")
    feed.set_rows(rows)
    qtbot.waitUntil(lambda: bool(feed.regions))
    assert feed.regions[-1].boundingRect() == feed.row_rect(1)


def test_split_parts_are_to_scale_but_never_invisible(qtbot: QtBot, theme: Theme) -> None:
    bar = SplitBar(theme, "split")
    bar.set_parts(PARTS)
    shown(qtbot, theme, bar, 500, bar.sizeHint().height())
    widths = bar.widths()
    assert sum(widths) == pytest.approx(500)
    assert widths[1] >= 3
    assert widths[2] == 0
    image = bar.grab().toImage()
    assert image.pixelColor(100, 8).name() == theme.colours["in_time_mark"]
    assert image.pixelColor(498, 8).name() == theme.colours["overdue_mark"]


def test_an_empty_split_bar_is_all_track(qtbot: QtBot, theme: Theme) -> None:
    bar = SplitBar(theme, "split")
    bar.set_parts([Part("in", "in_time", 0, "0", "in time")])
    shown(qtbot, theme, bar, 500, 100)
    assert bar.grab().toImage().pixelColor(250, 8).name() == theme.colours["track"]


def test_a_split_part_is_chosen(qtbot: QtBot, theme: Theme) -> None:
    bar = SplitBar(theme, "split")
    bar.set_parts(PARTS)
    shown(qtbot, theme, bar, 600, 100)
    chosen: list[str] = []
    bar.activated.connect(chosen.append)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    qtbot.keyClick(bar, Qt.Key.Key_Return)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(590, 60))
    assert chosen == ["late", "wait"]


def test_queues_are_chosen_by_arrows_over_the_sections(qtbot: QtBot, theme: Theme) -> None:
    nav = NavList(theme, "queues")
    nav.set_items(ITEMS)
    nav.set_current("mine")
    shown(qtbot, theme, nav, 200, 300)
    chosen: list[str] = []
    nav.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(nav, key)
    assert chosen == ["late", "soon", "mine", "soon"]
    assert nav.current == "soon"


def test_a_section_cannot_be_clicked(qtbot: QtBot, theme: Theme) -> None:
    nav = NavList(theme, "queues")
    nav.set_items(ITEMS)
    shown(qtbot, theme, nav, 200, 300)
    with qtbot.assertNotEmitted(nav.chosen):
        qtbot.mouseClick(nav, Qt.MouseButton.LeftButton, pos=QPoint(50, 60))
    with qtbot.waitSignal(nav.chosen, check_params_cb=lambda chosen: chosen == "late"):
        qtbot.mouseClick(nav, Qt.MouseButton.LeftButton, pos=QPoint(50, 95))


def test_other_counts_keep_the_choice(qtbot: QtBot, theme: Theme) -> None:
    nav = NavList(theme, "queues")
    nav.set_items(ITEMS)
    nav.set_current("late")
    qtbot.addWidget(nav)
    with qtbot.assertNotEmitted(nav.chosen):
        nav.set_items([*ITEMS[:2], NavItem("late", "Late", "18", "overdue"), ITEMS[3]])
    assert nav.current == "late"
    assert "Late 18" in nav.accessibleDescription()


@pytest.mark.parametrize("code", [0, 0x1234567])
def test_a_key_without_a_name_is_let_through(qtbot: QtBot, theme: Theme, code: int) -> None:
    nav = NavList(theme, "queues")
    nav.set_items(ITEMS)
    shown(qtbot, theme, nav, 200, 300)
    with qtbot.captureExceptions() as raised:
        QApplication.sendEvent(nav, QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier))
    assert raised == []
    assert nav.current == ""
