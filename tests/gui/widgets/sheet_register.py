"""The gallery's form with errors and an open list, command bar with results, icons, lights and tags."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tests.gui.widgets.samples import RESOURCES, Finder
from widgets.card import Card
from widgets.command_bar import CommandBar
from widgets.form import Choice, FieldSpec, Form, FormWords
from widgets.icons import Icons
from widgets.light import Light
from widgets.picture import Picture
from widgets.tag import Tag
from widgets.theme import Theme

KINDS = (
    Choice("0501", "路面塌陷", "0501"),
    Choice("0502", "道路破损", "0502"),
    Choice("0601", "内涝积水", "0601"),
)
TAGS = (
    ("特急", "urgent"),
    ("蓝", "warn_blue"),
    ("黄", "warn_yellow"),
    ("橙", "warn_orange"),
    ("红", "warn_red"),
)


def register(theme: Theme, size: QSize) -> QWidget:
    window = QWidget()
    column = QHBoxLayout(window)
    card = Card(theme, "接报登记", "F2")
    form = Form(
        theme,
        "接报登记",
        [
            FieldSpec("what", "事项", "long_text", required=True, value="路面塌陷约 2 m"),
            FieldSpec(
                "place", "地点", "suggest", required=True, placeholder="街道、路名", hint="可输入首字母"
            ),
            FieldSpec(
                "kind",
                "类别",
                "choice",
                KINDS,
                required=True,
                error="请选一个类别",
            ),
            FieldSpec("units", "协办", "multi", (Choice("p", "交警"), Choice("w", "供水")), value=("p", "w")),
            FieldSpec("when", "发生时间", "time", parse=str, value="09:30"),
            FieldSpec("count", "人数", "number", error="请填数字", value="3x"),
            FieldSpec("urgent", "紧急", "bool", placeholder="有人员伤亡或正在扩大", value=True),
        ],
        FormWords("受理", "放弃", "请填写"),
        suggest=lambda _, typed: [Choice("1", f"{typed}118 号"), Choice("2", f"{typed}120 号")],
    )
    card.set_body(form)
    column.addWidget(card)
    other = Card(theme, "命令与图标", "")
    inside = QWidget()
    lines = QVBoxLayout(inside)
    bar = CommandBar(theme, Finder(), "命令", "输入命令、编号、地点、队伍…", "Ctrl K")
    lines.addWidget(bar)
    icons = Icons(RESOURCES / "icons")
    sheet = QHBoxLayout()
    for icon in icons.names:
        sheet.addWidget(Picture(theme, icons, icon, icon, step="heading"))
    lines.addStretch(1)
    lines.addLayout(sheet)
    row = QHBoxLayout()
    for light in ("in_time", "due_soon", "overdue", "paused", "not_started"):
        row.addWidget(Light(theme, light, light, "figure"))
    for text, role in TAGS:
        row.addWidget(Tag(theme, text, role))
    lines.addLayout(row)
    other.set_body(inside)
    column.addWidget(other)
    window.resize(size)
    theme.apply(window)
    window.show()
    form.set_value("count", "3x")
    form.check()
    bar.open("路")
    form.editor("kind").move_mark(1)
    return window
