"""The gallery's wall: strip, figures, lights, bars, feed, news and a card in every state."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from tests.gui.widgets.samples import ROWS
from widgets.bars import Bar, Bars
from widgets.card import Card
from widgets.countdown import Countdown, Reading
from widgets.feed import Feed, FeedRow
from widgets.figure import Figure
from widgets.label import Label
from widgets.pill import Pill
from widgets.split_bar import Part, SplitBar
from widgets.strip import Strip
from widgets.theme import Theme
from widgets.ticker import SecondTick
from widgets.timeline import Moment, Timeline


def figures(theme: Theme) -> QWidget:
    card = Card(theme, "今日", "00:00 起 · 与上周六同刻比")
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(theme.size(5))
    for at, (label, value, sub, severity) in enumerate(
        [
            ("受理", "412", "↑ 6.2%", ""),
            ("办结", "358", "↑ 3.8%", ""),
            ("在办", "3,906", "其中暂停 212", ""),
            ("超期", "17", "↓ 5 · 最长 2 时 14 分", "overdue"),
        ]
    ):
        figure = Figure(theme, label)
        figure.set(value, sub, severity)
        grid.addWidget(figure, at // 2, at % 2)
    card.set_body(inside)
    return card


def lights(theme: Theme) -> QWidget:
    card = Card(theme, "在办件时限", "3,906 件 · 周六,工作时限件未起算")
    bar = SplitBar(theme, "在办件时限")
    bar.set_parts(
        [
            Part("a", "in_time", 1184, "1,184", "时限内"),
            Part("b", "due_soon", 61, "61", "将到期"),
            Part("c", "overdue", 17, "17", "超期"),
            Part("d", "paused", 212, "212", "暂停"),
            Part("e", "not_started", 2432, "2,432", "未起算"),
        ]
    )
    card.set_body(bar)
    return card


def bars(theme: Theme) -> QWidget:
    card = Card(theme, "今日类别前八", "件 · 00:00 起")
    names = ["市容环境", "停车秩序", "物业纠纷", "噪声扰民", "道路设施", "供水供电", "劳资纠纷", "消防隐患"]
    values = [74, 66, 53, 48, 38, 31, 20, 14]
    body = Bars(theme, "今日类别前八")
    body.set_bars([Bar(name, name, value, str(value)) for name, value in zip(names, values, strict=True)])
    card.set_body(body)
    return card


def feed(theme: Theme) -> QWidget:
    card = Card(theme, "实时事件", "紧急优先 · 按剩余时间 · 脱敏")
    body = Feed(theme, "实时事件")
    body.set_rows(
        [
            FeedRow(str(at), matter, f"{place} · {lead} · {state}", limit, light, light, tag)
            if light in ("overdue", "due_soon")
            else FeedRow(str(at), matter, f"{place} · {lead}", limit, "text1" if tag else "text3", light, tag)
            for at, (light, _, tag, matter, place, state, lead, limit, _) in enumerate(ROWS)
        ]
    )
    card.set_body(body)
    return card


def wall(theme: Theme, size: QSize) -> QWidget:
    window = QWidget()
    column = QVBoxLayout(window)
    gap = theme.size(4)
    column.setContentsMargins(gap, 0, gap, gap)
    column.setSpacing(gap)
    strip = Strip(theme, 76)
    strip.row.addWidget(Label(strip.theme, "滨江区 · 一屏总览", "heading", bold=True))
    for text, light, severity, badge, role in [
        ("中心库在线 · 坐席 12/12", "in_time", "", "", "urgent"),
        ("视频 16/16 · 传感器 4,871/4,902", "", "", "", "urgent"),
        ("暴雨预警 至 18:00", "", "", "蓝", "warn_blue"),
        ("大风预警 至 20:00", "", "", "黄", "warn_yellow"),
        ("告警未确认 2", "", "urgent", "", "urgent"),
    ]:
        pill = Pill(strip.theme)
        pill.set(text, light, severity, "", badge, role)
        strip.row.addWidget(pill)
    strip.row.addStretch(1)
    strip.row.addWidget(Label(strip.theme, "带班 区领导", "note", "text3"))
    clock = Countdown(strip.theme, SecondTick(lambda: 0), lambda _: Reading("09:42:19"), "00:00:00", "clock")
    strip.row.addWidget(clock)
    strip.row.addWidget(Label(strip.theme, "11月21日 周六", "note", "text3"))
    column.addWidget(strip)
    grid = QGridLayout()
    grid.setSpacing(gap)
    column.addLayout(grid, 1)
    left = QVBoxLayout()
    for part in (figures(theme), lights(theme), bars(theme)):
        left.addWidget(part)
    left.addStretch(1)
    grid.addLayout(left, 0, 0, 2, 1)
    grid.addWidget(feed(theme), 0, 1)
    news = Card(theme, "动态", "脱敏")
    lines = Timeline(theme, "动态", "lead")
    lines.set_moments(
        [
            Moment("1", "09:42", "路面塌陷", "滨河街道 · 市政抢险二队 到场,用时 11 分", role=""),
            Moment("2", "09:41", "电梯困人", "江畔社区 · 已派 消防救援站", role=""),
        ]
    )
    news.set_body(lines)
    grid.addWidget(news, 1, 1)
    states = QVBoxLayout()
    for state, text in [
        ("loading", "正在读取"),
        ("empty", "此时没有超期事件"),
        ("stale", "08:12 之后无新数据"),
        ("cut_off", "与中心库断开 12 分,显示本机数据"),
        ("no_permission", "本席无权查看"),
        ("failed", "此面板出错,已记入日志;按 R 重试"),
    ]:
        card = Card(theme, state, "00:00 起")
        card.set_body(Label(theme, "17", "figure"))
        card.show_state(state, text)
        states.addWidget(card)
    grid.addLayout(states, 0, 2, 2, 1)
    for at, stretch in enumerate((23, 30, 22)):
        grid.setColumnStretch(at, stretch)
    window.resize(size)
    return window
