"""The import panel on a small hall: looked at, chosen, tried out, taken in, stopped; people stay masked."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.base.language import load_language
from app.commands.command import HistoryRow, Outcome
from app.domain.actor import Actor
from app.projections.reading import Reading
from app.viewmodels.context import Context
from app.viewmodels.pulse import Pulse
from tests.helpers.desk import fonts
from tests.helpers.fingers import Fingers
from tests.helpers.glass import LANGUAGES, AtOnce
from tests.helpers.halls import TestHall, actor
from views.look import DESK, theme
from views.panels.importing import ImportingPanel

HEADER = ["工单编号", "联系人", "联系电话", "诉求内容", "受理时间", "备注"]
ROWS = [
    ["H-1", "王小明", "13800001111", "滨河路118号路灯不亮三天了", "2026-03-02 09:05", ""],
    ["H-2", "李四", "13900002222", "井盖缺失请尽快处理一下", "2026-03-02 09:10", ""],
    ["H-3", "张三丰", "13700003333", "垃圾没人清运味道很大", "2026-03-02", ""],
    ["H-4", "陈某某", "13600004444", "占道经营影响小区出行", "昨天", ""],
]


class Bulk(AtOnce):
    """What acts for a seat that may import; `gate` holds the rows back."""

    def __init__(self, test: TestHall) -> None:
        super().__init__(test)
        self.gate = threading.Event()
        self.gate.set()

    def import_rows(self, rows: Sequence[HistoryRow], by: Actor) -> Future[Sequence[Outcome]]:
        future: Future[Sequence[Outcome]] = Future()
        future.set_result(self._test.commander.import_rows(rows, by))
        return future


def context_on(
    hall: TestHall, role: str = "intake", acting: AtOnce | None = None, code: str = "zh"
) -> Context:
    reading = Reading(hall.store, hall.projector)
    reading.columns.load(hall.store.reader())
    sitter = actor(role)
    pulse = Pulse(reading, hall.clock)
    language = load_language(code, LANGUAGES)
    return Context(reading, acting or Bulk(hall), pulse, language, lambda: sitter)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "登记表.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


@pytest.fixture
def panel(qtbot: QtBot, small_hall: TestHall) -> Iterator[ImportingPanel]:
    fonts()
    made = ImportingPanel(theme(DESK), context_on(small_hall), True)
    made.resize(1100, 1400)
    made.show()
    qtbot.addWidget(made)
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.release()


def wait(qtbot: QtBot, panel: ImportingPanel) -> None:
    qtbot.waitUntil(lambda: not panel.model.busy, timeout=10_000)


def test_by_keyboard_from_the_file_to_the_log(
    qtbot: QtBot, panel: ImportingPanel, table: Path, small_hall: TestHall
) -> None:
    hands = Fingers(panel)
    before = small_hall.store.head().gseq
    panel.take_focus()
    hands.type(str(table))
    hands.press("Ctrl+Return")
    wait(qtbot, panel)
    view = panel.model.view()
    assert view.phase == "proposed"
    assert {line.field: line.chosen for line in view.fields if line.chosen}["reporter_phone"] == "联系电话"
    panel._fields.focus_first()
    hands.press("Ctrl+Return")
    wait(qtbot, panel)
    view = panel.model.view()
    assert view.phase == "tried"
    assert [(line.line, line.field) for line in view.problems] == [("5", "受理时间")]
    assert small_hall.store.head().gseq == before
    panel._start.setFocus()
    hands.press("Return")
    wait(qtbot, panel)
    assert panel.model.view().phase == "done"
    assert small_hall.store.head().gseq == before + 3
    assert panel._figures.text() == "\n".join(panel.model.view().figures)
    with (table.parent / "登记表-refused.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.reader(file))
    assert [row[:2] for row in refused[1:]] == [["5", "受理时间"]]


def test_people_are_masked_and_their_columns_offered_for_the_vault_alone(
    qtbot: QtBot, panel: ImportingPanel, table: Path
) -> None:
    panel.open(table)
    wait(qtbot, panel)
    view = panel.model.view()
    shown = "\n".join(cell for row in view.rows for cell in row)
    assert "13800001111" not in shown
    assert "王小明" not in shown
    assert "138****1111" in shown
    choices = {line.field: {choice.id for choice in line.choices} for line in view.fields}
    assert "联系电话" in choices["reporter_phone"]
    assert not {"联系电话", "联系人"} & (choices["what"] | choices["address"] | choices["external"])
    with pytest.raises(ValueError, match="what"):
        panel.model.choose("what", "联系电话")


def test_another_column_is_chosen_and_a_dry_run_before_no_longer_counts(
    qtbot: QtBot, panel: ImportingPanel, table: Path
) -> None:
    panel.open(table)
    wait(qtbot, panel)
    panel.model.try_out()
    wait(qtbot, panel)
    assert panel.model.view().may_import
    editor = panel._fields.editor("what")
    editor.focus_widget.setFocus()
    hands = Fingers(panel)
    hands.type("备注")
    hands.press("Return")
    view = panel.model.view()
    assert {line.field: line.chosen for line in view.fields}["what"] == "备注"
    assert (view.phase, view.may_import) == ("proposed", False)
    assert panel._fields.values()["what"] == "=备注"


def test_a_file_that_is_no_table_is_said_in_one_line(
    qtbot: QtBot, panel: ImportingPanel, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_text("[{", encoding="utf-8")
    panel.open(tmp_path / "a.json")
    wait(qtbot, panel)
    assert "a.json" in panel._trouble.text()
    assert panel._trouble.isVisible()
    assert not panel._mapping.isVisible()


def test_a_seat_that_may_not_import_says_so(qtbot: QtBot, small_hall: TestHall, table: Path) -> None:
    fonts()
    for role in ("auditor", "leader"):
        context = context_on(small_hall, role)
        made = ImportingPanel(theme(DESK), context, True)
        qtbot.addWidget(made)
        made.show()
        made.open(table)
        wait(qtbot, made)
        made.model.try_out()
        wait(qtbot, made)
        assert made.model.view().why_not
        assert not made._start.isEnabled()
        made.model.start()
        assert not made.model.busy
        made.release()


def test_a_file_picked_in_the_dialog_is_looked_at_as_the_form_says(
    qtbot: QtBot, panel: ImportingPanel, table: Path
) -> None:
    panel._file.set_value("kind", "history")
    panel._file.set_value("source", "热线")
    panel._picked(str(table))
    wait(qtbot, panel)
    view = panel.model.view()
    assert (view.phase, view.kind) == ("proposed", "历史记录")
    # History has no vault field: what is about people is left out, and said so.
    assert "联系电话：个人信息" in view.left_over
    assert not view.may_try or "联系电话" not in {line.chosen for line in view.fields}


def test_everything_that_takes_the_keyboard_has_a_name(
    qtbot: QtBot, panel: ImportingPanel, table: Path
) -> None:
    panel.open(table)
    wait(qtbot, panel)
    reached = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(panel)
    ]
    assert len(reached) > 15
    assert [widget for widget in reached if not widget.accessibleName()] == []
