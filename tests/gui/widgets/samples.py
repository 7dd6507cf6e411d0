"""Sample rows, a source of any length and a finder, for the gallery and for the tests of widgets."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

from widgets.command_bar import ChoiceRow
from widgets.table import Cell, Column

RESOURCES = Path(__file__).resolve().parents[3] / "resources"

ROWS = [  # light, code, urgency, matter, place, state, lead, limit, channel
    (
        "overdue",
        "0409",
        "特急",
        "下穿通道积水 22 cm",
        "东环路下穿",
        "处置中",
        "排水",
        "到场超 4分05秒",
        "传感器",
    ),
    (
        "due_soon",
        "0415",
        "特急",
        "燃气异味,居民楼道",
        "江畔社区 3 栋",
        "处置中",
        "燃气抢修",
        "到场 2分41秒",
        "电话",
    ),
    (
        "due_soon",
        "0412",
        "特急",
        "路面塌陷约 2 m",
        "滨江路 118 号",
        "处置中",
        "市政",
        "控险 18分40秒",
        "热线",
    ),
    ("in_time", "0398", "紧急", "占用消防通道", "和平里 2 区", "待签收", "街道", "签收 24分", "视频"),
    ("in_time", "0388", "", "施工噪声", "云锦花园", "待核查", "城管", "核查 2时05分", "热线"),
    ("not_started", "0377", "", "拖欠工资 14 人", "产业园 C 座", "处置中", "人社", "周一 08:30 起算", "窗口"),
    ("paused", "0352", "", "树木倾倒风险", "湖滨公园", "挂账", "园林", "暂停 · 复核 11-28", "网格"),
]

COLUMNS = [
    Column("light", "灯", 1.4, align="left"),
    Column("code", "编号", 3.2),
    Column("matter", "事项", 12, weight=3),
    Column("place", "地点", 7, weight=1),
    Column("state", "状态", 4),
    Column("lead", "主办", 5),
    Column("limit", "时限", 9, align="right"),
    Column("channel", "来源", 4),
]


class Cases:
    """The sample rows, over and over."""

    def __init__(self, count: int) -> None:
        self._count = count

    def count(self) -> int:
        return self._count

    def row(self, index: int) -> Sequence[Cell]:
        light, code, tag, matter, place, state, lead, limit, channel = ROWS[index % len(ROWS)]
        role = {"paused": "text3", "not_started": "text3"}.get(light, light)
        return (
            Cell(light=light),
            Cell(code),
            Cell(matter, tag=tag),
            Cell(place),
            Cell(state, "text2"),
            Cell(lead, "text2"),
            Cell(limit, role, bold=light in ("overdue", "due_soon")),
            Cell(channel, "text3"),
        )

    def key(self, index: int) -> Hashable:
        return index

    def find(self, key: Hashable) -> int | None:
        return key if isinstance(key, int) and key < self._count else None


class Finder:
    """Three rows, whatever was typed."""

    def complete(self, text: str) -> Sequence[ChoiceRow]:
        return (
            ChoiceRow("a", "接报登记", "命令", "F2"),
            ChoiceRow("b", "路面塌陷约 2 m,已围挡", "BJ-20261121-000412 · 处置中"),
            ChoiceRow("c", "滨江路 118 号", "地点 · 滨河街道"),
        )
