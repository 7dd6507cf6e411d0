from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.flow import FlowLayout
from widgets.flowing import Flowing, Run
from widgets.ledger import Ledger, LedgerRow
from widgets.scroll import Scroll
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline

LONG = "退单驳回:管养单位为市政,不属于供水范围,请继续处置,每半小时报告进展"


def moments(count: int, text: str = "Signed") -> list[Moment]:
    return [Moment(str(at), f"06:{at:02}", text, "seat 07") for at in range(count)]


def test_text_is_broken_to_whole_lines(theme: Theme) -> None:
    line = theme.face("body").line_px
    assert Flowing(theme, [Run("short")], 300).height == line
    narrow = Flowing(theme, [Run(LONG), Run(" note", "text4", "tiny")], 120).height
    assert narrow % line == 0
    assert narrow >= 4 * line


@given(width=st.integers(1, 900), text=st.text(max_size=60))
def test_any_text_at_any_width_has_a_height(theme: Theme, width: int, text: str) -> None:
    wide = Flowing(theme, [Run(text)], width + 300).height
    assert theme.face("body").line_px <= wide <= Flowing(theme, [Run(text)], width).height


def test_runs_after_a_rare_character_keep_their_place(theme: Theme) -> None:
    # Beyond the first plane a character is two units to Qt: a wrong count would colour the wrong letters.
    runs = [Run("𠮷野", "overdue"), Run("x", "in_time")]
    formats = Flowing._formats(theme, runs)
    assert [(part.start, part.length) for part in formats] == [(0, 3), (3, 1)]  # type: ignore[attr-defined]


def test_a_timeline_grows_with_its_width_getting_smaller(qtbot: QtBot, theme: Theme) -> None:
    line = Timeline(theme, "story")
    line.set_moments(moments(3, LONG))
    qtbot.addWidget(line)
    assert line.heightForWidth(260) > line.heightForWidth(900)
    assert line.accessibleDescription().splitlines()[0] == f"06:00 {LONG} seat 07"


def test_rows_follow_each_other_without_overlap(qtbot: QtBot, theme: Theme) -> None:
    line = Timeline(theme, "story")
    line.set_moments(moments(5, LONG))
    line.resize(300, 600)
    qtbot.addWidget(line)
    rects = [line.row_rect(at) for at in range(5)]
    assert all(below.top() > above.bottom() for above, below in pairwise(rects))
    assert rects[-1].bottom() <= line.heightForWidth(300)


def test_a_long_timeline_scrolls_upright_only(qtbot: QtBot, theme: Theme) -> None:
    line = Timeline(theme, "story")
    scroll = Scroll(line)
    qtbot.addWidget(scroll)
    theme.apply(scroll)
    line.set_moments(moments(40))
    scroll.resize(300, 200)
    with qtbot.waitExposed(scroll):
        scroll.show()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 200)
    assert line.width() == scroll.viewport().width()


def test_the_total_of_a_ledger_stands_apart(qtbot: QtBot, theme: Theme) -> None:
    rows = [
        LedgerRow("06:00", "starts"),
        LedgerRow("U0", "limit", "4:00"),
        LedgerRow("due", "sum", "10:00", total=True),
    ]
    ledger = Ledger(theme, "deadline")
    ledger.set_rows(rows)
    ledger.resize(400, 200)
    qtbot.addWidget(ledger)
    gaps = [ledger.row_rect(at + 1).top() - ledger.row_rect(at).bottom() for at in range(2)]
    assert gaps[1] > gaps[0]
    assert ledger.accessibleDescription().splitlines()[-1] == "due sum 10:00"
    line_y = ledger.row_rect(2).top() - theme.px(4)
    assert ledger.grab().toImage().pixelColor(200, line_y).name() == theme.colours["line"]


def test_another_theme_lays_out_anew(qtbot: QtBot, theme: Theme, wall: Theme) -> None:
    ledger = Ledger(theme, "deadline")
    ledger.set_rows([LedgerRow("a", LONG, "1")])
    qtbot.addWidget(ledger)
    before = ledger.heightForWidth(300)
    wall.apply(ledger)
    assert ledger.heightForWidth(300) > before


def test_a_flow_leaves_hidden_items_out(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    flow = FlowLayout(5)
    box.setLayout(flow)
    inside = [QWidget() for _ in range(3)]
    for widget in inside:
        widget.setFixedSize(50, 20)
        flow.addWidget(widget)
    box.show()
    assert flow.sizeHint().width() == 160
    inside[0].hide()
    assert flow.sizeHint().width() == 105
    assert flow.heightForWidth(60) == 45
    assert flow.heightForWidth(200) == 20
