"""The gallery's console: strip with command bar, queues, board, case, actions, status and a toast."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tests.gui.widgets.samples import COLUMNS, Cases, Finder
from tests.gui.widgets.sheet_case import case
from widgets.chips import Chip, Chips
from widgets.command_bar import CommandBar
from widgets.key_hint import KeyHint
from widgets.label import Label
from widgets.nav_list import NavItem, NavList
from widgets.pill import Pill
from widgets.status_bar import StatusBar, StatusCell
from widgets.strip import Strip
from widgets.table import Table
from widgets.theme import Theme
from widgets.toast import Toast


def console(theme: Theme, size: QSize) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    strip = Strip(theme)
    look = strip.theme
    strip.row.addWidget(Label(look, "集结", "title", bold=True))
    strip.row.addWidget(Label(look, "派遣席 03", "body", "text3"))
    strip.row.addWidget(CommandBar(look, Finder(), "命令", "输入命令、编号、地点、队伍…", "Ctrl K"), 1)
    for key, text in (("F2", "接报登记"), ("F4", "接下一件")):
        strip.row.addWidget(KeyHint(look, key))
        strip.row.addWidget(Label(look, text))
    call = Pill(look, step="body", active=True)
    call.set("来电 138****2206 · 无在办件", severity="call")
    strip.row.addWidget(call)
    strip.row.addStretch(1)
    strip.row.addWidget(Label(look, "2 告警未确认", "body", "urgent"))
    strip.row.addWidget(KeyHint(look, "F9"))
    strip.row.addWidget(Label(look, "09:42:19"))
    column.addWidget(strip)
    row = QHBoxLayout()
    row.setSpacing(0)
    column.addLayout(row, 1)
    nav = NavList(theme, "队列")
    nav.set_items(
        [
            NavItem("mine", "我的队列", "23"),
            NavItem("open", "在办", "3,906"),
            NavItem("new", "待受理", "5"),
            NavItem("back", "退单审核", "3", "overdue"),
            NavItem("", "督办"),
            NavItem("late", "超期", "17", "overdue"),
            NavItem("soon", "2 h 内到期", "96", "due_soon"),
            NavItem("", "视图"),
            NavItem("map", "地图", "F6"),
        ]
    )
    nav.set_current("open")
    row.addWidget(nav)
    board = QVBoxLayout()
    board.setSpacing(0)
    filters = Chips(theme, "筛选")
    chips = [("a", "在办 3,906"), ("b", "街道 全部"), ("c", "类别 全部"), ("d", "紧急")]
    filters.set_chips([Chip(of, text, of == "a") for of, text in chips])
    bar = QHBoxLayout()
    bar.setContentsMargins(*(theme.size(4),) * 4)
    bar.addWidget(filters, 1)
    bar.addWidget(Label(theme, "先超期,再紧急,再剩余 · 分组 无", "note", "text3"))
    board.addLayout(bar)
    table = Table(theme, "在办", Cases(20), COLUMNS)
    table.set_sort("limit", False)
    table.choose(2)
    board.addWidget(table, 1)
    row.addLayout(board, 11)
    row.addWidget(case(theme), 8)
    status = StatusBar(theme, "状态")
    status.set_cells(
        [
            StatusCell("link", "中心库 在线 0.04 s", "in_time", "in_time"),
            StatusCell("wait", "本机待传 0"),
            StatusCell("clock", "时钟差 +0.2 s"),
        ],
        [StatusCell("large", "大字", active=True), StatusCell("language", "English", active=True)],
    )
    column.addWidget(status)
    window.resize(size)
    toast = Toast(theme, window)
    toast.show_message("已并入 BJ-20261121-000412", "in_time", "undo", "撤销 Ctrl+Z")
    return window
