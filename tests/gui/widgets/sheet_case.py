"""The gallery's case: head, pairs, explained deadline, orders, timeline and actions."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.action_bar import Action, ActionBar
from widgets.card import Card
from widgets.key_values import KeyValue, KeyValues
from widgets.label import Label
from widgets.ledger import Ledger, LedgerRow
from widgets.light import Light
from widgets.scroll import Scroll
from widgets.tag import Tag
from widgets.theme import Theme
from widgets.timeline import Moment, Timeline


def case(theme: Theme) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(*(theme.size(5),) * 4)
    column.setSpacing(theme.size(4))
    head = QHBoxLayout()
    head.addWidget(Label(theme, "路面塌陷约 2 m,已围挡", "heading", bold=True))
    head.addWidget(Tag(theme, "特急"))
    head.addWidget(Light(theme, "due_soon", "将到期"))
    head.addWidget(Label(theme, "将到期", "body", "due_soon", bold=True))
    head.addStretch(1)
    head.addWidget(Label(theme, "BJ-20261121-000412", "note", "text3"))
    column.addLayout(head)
    pairs = KeyValues(theme, "概要")
    pairs.set_pairs(
        [
            KeyValue("place", "地点", "滨河街道 滨江路 118 号门前"),
            KeyValue("kind", "类别", "0501 路面塌陷"),
            KeyValue("from", "来源", "12345 热线,另 3 次重复"),
            KeyValue("who", "诉求人", "刘** 138****0417", action="查看…"),
        ]
    )
    column.addWidget(pairs)
    limit = Card(theme, "控险时限 剩 18分40秒", "到 2026-11-21 10:00:59", "body")
    account = Ledger(theme, "时限")
    account.set_rows(
        [
            LedgerRow("06:00:59", "派遣时起算,市政主办(规则 0501 → 市政)"),
            LedgerRow("U0 特急", "控险 4 时,昼夜连续,节假日照计", "4:00:00"),
            LedgerRow("06:12 – 06:19", "退单审核:不暂停", "0"),
            LedgerRow("到期", "06:00:59 + 4:00:00", "10:00:59", total=True),
        ]
    )
    limit.set_body(account)
    column.addWidget(limit)
    orders = Card(theme, "工单", "主办 1 · 协办 2 · 并联", "body")
    rows = Ledger(theme, "工单")
    rows.set_rows(
        [
            LedgerRow("市政抢险二队", "到场 06:30,用时 11 分", "主办", "in_time", "in_time"),
            LedgerRow(
                "供水抢修", "超时视同签收 06:05 · 3 时无进展", "协办", "due_soon", "due_soon", bold=True
            ),
        ]
    )
    orders.set_body(rows)
    column.addWidget(orders)
    story = Card(theme, "时间轴", "全部 14", "body")
    line = Timeline(theme, "时间轴")
    line.set_moments(
        [
            Moment("1", "06:30", "市政抢险二队到场", "定位 12 m"),
            Moment(
                "2",
                "06:19",
                "退单驳回:管养单位为市政,不属于供水范围,请继续处置,每半小时报告进展",
                "值班长 · 依据 路政台账",
                "due_soon_mark",
            ),
            Moment("3", "06:00", "派遣:市政主办,交警、供水协办", "坐席 03 · 建议置信 0.93"),
            Moment("4", "05:56", "受理", "热线 · 本机✓ 中心库✓ 市级✓"),
        ]
    )
    story.set_body(Scroll(line))
    column.addWidget(story, 1)
    actions = ActionBar(theme, "现在可做")
    actions.set_actions(
        [
            Action("urge", "催供水抢修", "U", primary=True),
            Action("note", "进展", "P"),
            Action("add", "加派", "D"),
            Action("talk", "会商", "H", enabled=False, hint="需值班长"),
            Action("merge", "合并", "M"),
            Action("wall", "上大屏", "W"),
        ]
    )
    column.addWidget(actions)
    return side
