from __future__ import annotations

from collections.abc import Hashable, Sequence

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.gui.widgets.samples import COLUMNS, Cases
from widgets import table_paint
from widgets.table import Cell, Column, Table
from widgets.table_paint import CellPictures
from widgets.theme import Theme

MILLION = 1_000_000
TWO = [Column("a", "A", 4), Column("b", "B", 4, weight=1, sortable=False)]


class Counted(Cases):
    """A million rows that count how often they are asked for."""

    def __init__(self) -> None:
        super().__init__(MILLION)
        self.asked: list[int] = []
        self.keys = 0

    def row(self, index: int) -> Sequence[Cell]:
        self.asked.append(index)
        return super().row(index)

    def key(self, index: int) -> Hashable:
        self.keys += 1
        return super().key(index)


class Named:
    """Rows by name, in any order."""

    def __init__(self, names: str) -> None:
        self.names = names

    def count(self) -> int:
        return len(self.names)

    def row(self, index: int) -> Sequence[Cell]:
        return Cell(self.names[index]), Cell("x")

    def key(self, index: int) -> Hashable:
        return self.names[index]

    def find(self, key: Hashable) -> int | None:
        found = self.names.find(str(key))
        return found if found >= 0 else None


def shown(qtbot: QtBot, table: Table, theme: Theme, height: int = 400) -> Table:
    qtbot.addWidget(table)
    theme.apply(table)
    table.resize(900, height)
    with qtbot.waitExposed(table):
        table.show()
    table.viewport().repaint()
    return table


def press(qtbot: QtBot, table: Table, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(table, key)


def test_a_million_rows_ask_only_for_what_is_seen(qtbot: QtBot, theme: Theme) -> None:
    source = Counted()
    table = shown(qtbot, Table(theme, "t", source, COLUMNS), theme)
    screen = len(table.visible_rows())
    assert 5 < screen < 30
    press(qtbot, table, Qt.Key.Key_End)
    table.rows_changed()
    table.viewport().repaint()
    assert table.current_key == MILLION - 1
    assert MILLION - 1 in table.visible_rows()
    assert len(set(source.asked)) <= 2 * screen + 2
    assert len(source.asked) <= 4 * screen
    assert source.keys <= 4


def test_the_visible_rows_are_told(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Cases(MILLION), COLUMNS), theme)
    count = len(table.visible_rows())
    with qtbot.waitSignal(table.view_changed, check_params_cb=lambda first, n: (first, n) == (500, count)):
        table.verticalScrollBar().setValue(500)
    assert table.visible_rows() == range(500, 500 + count)


def test_a_short_table_shows_what_there_is(qtbot: QtBot, theme: Theme) -> None:
    assert shown(qtbot, Table(theme, "t", Named("abc"), TWO), theme).visible_rows() == range(3)
    assert shown(qtbot, Table(theme, "t", Named(""), TWO), theme).visible_rows() == range(0)


def test_keys_choose_and_activate(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Named("abcdef"), TWO), theme)
    chosen: list[object] = []
    table.current_changed.connect(chosen.append)
    press(qtbot, table, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home)
    assert chosen == ["a", "b", "f", "e", "a"]
    with qtbot.waitSignal(table.activated_key, check_params_cb=lambda key: key == "a"):
        press(qtbot, table, Qt.Key.Key_Return)


def test_letters_are_left_to_the_window(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Counted(), COLUMNS), theme)
    source = table.model().source  # type: ignore[attr-defined]
    source.asked.clear()
    qtbot.keyClicks(table, "xyz")
    assert table.current_key is None
    assert source.asked == []


def test_the_choice_stays_with_its_key(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Named("abcdef"), TWO), theme)
    table.choose("c")
    changes: list[object] = []
    table.current_changed.connect(changes.append)
    table.rows_changed(Named("fecba"))
    assert table.current_key == "c"
    assert table.currentIndex().row() == 2
    table.rows_changed(Named("xyzc"))
    assert table.currentIndex().row() == 3
    assert changes == []
    press(qtbot, table, Qt.Key.Key_Up)
    assert changes == ["z"]


def test_the_choice_stays_at_its_height(qtbot: QtBot, theme: Theme) -> None:
    class Shifted(Cases):
        def __init__(self, by: int) -> None:
            super().__init__(10_000)
            self.by = by

        def key(self, index: int) -> Hashable:
            return index - self.by

        def find(self, key: Hashable) -> int | None:
            return int(key) + self.by  # type: ignore[call-overload, no-any-return]

    table = shown(qtbot, Table(theme, "t", Shifted(0), COLUMNS), theme)
    table.verticalScrollBar().setValue(100)
    table.choose(103)
    table.rows_changed(Shifted(25))
    assert table.verticalScrollBar().value() == 125
    table.verticalScrollBar().setValue(4_000)
    table.rows_changed(Shifted(50))
    assert table.verticalScrollBar().value() == 4_000, "a view that was scrolled away is not yanked back"


def test_a_vanished_choice_is_told_and_the_keyboard_goes_on_there(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Named("abcdef"), TWO), theme)
    table.choose("c")
    with qtbot.waitSignal(table.current_changed, check_params_cb=lambda key: key is None):
        table.rows_changed(Named("abdef"))
    assert table.current_key is None
    press(qtbot, table, Qt.Key.Key_Down)
    assert table.current_key == "d"


def test_choosing_what_is_not_there_clears(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Named("abc"), TWO), theme)
    assert table.choose("b")
    assert not table.choose("q")
    assert table.current_key is None


def test_a_countdown_paints_its_column_only(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = shown(qtbot, Table(theme, "t", Cases(MILLION), COLUMNS), theme)
    qtbot.wait(20)
    painted: list[QRect] = []
    monkeypatch.setattr(
        CellPictures, "paint", lambda pictures, painter, theme, rect, *rest: painted.append(rect)
    )
    table.refresh_column(6)
    qtbot.waitUntil(lambda: bool(painted))
    assert {rect.left() for rect in painted} == {table.columnViewportPosition(6)}
    assert len(painted) == len(table.visible_rows())


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the cells that are written from here on."""
    written: list[str] = []
    real = table_paint.paint_cell

    def paint(painter: QPainter, theme: Theme, rect: QRectF, cell: Cell, align: str, chosen: bool) -> None:
        written.append(cell.text)
        real(painter, theme, rect, cell, align, chosen)

    monkeypatch.setattr(table_paint, "paint_cell", paint)
    return written


def test_rows_that_only_moved_are_laid_down_and_not_written_again(
    qtbot: QtBot, theme: Theme, wall: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Named("abc")
    table = shown(qtbot, Table(theme, "t", source, TWO), theme)
    written = counted(monkeypatch)
    source.names = "zabc"
    table.rows_changed()
    table.viewport().repaint()
    assert written == ["z"]
    table.choose("a")
    table.viewport().repaint()
    assert sorted(written) == ["a", "x", "z"]
    del written[:]
    table.set_theme(wall)
    table.viewport().repaint()
    assert {"z", "a", "b", "c"} <= set(written)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_picture_of_a_cell_is_the_cell_as_it_is_painted(qtbot: QtBot, theme: Theme, ratio: float) -> None:
    cell = Cell("路灯不亮 3 天", light="overdue", tag="督办", mark="待传", bold=True)
    rect = QRect(3, 5, 240, theme.row_px)
    images = [QImage(round(400 * ratio), round(60 * ratio), QImage.Format.Format_RGB32) for _ in range(2)]
    for image in images:
        image.setDevicePixelRatio(ratio)
        image.fill(0)
    with QPainter(images[0]) as painter:
        table_paint.paint_cell(painter, theme, QRectF(rect), cell, "left", True)
    with QPainter(images[1]) as painter:
        table_paint.CellPictures().paint(painter, theme, rect, cell, "left", True, 1_000_000)
    assert images[0] == images[1]


def test_pictures_are_kept_for_a_few_screens_only(qtbot: QtBot, theme: Theme) -> None:
    pictures, rect = table_paint.CellPictures(), QRect(0, 0, 100, 20)
    image = QImage(100, 20, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        for number in range(50):
            pictures.paint(painter, theme, rect, Cell(str(number)), "left", False, 10 * 100 * 20)
    assert len(pictures) == 10 * table_paint.SCREENS_KEPT


def test_refreshed_rows_read_anew(qtbot: QtBot, theme: Theme) -> None:
    source = Counted()
    table = shown(qtbot, Table(theme, "t", source, COLUMNS), theme)
    source.asked.clear()
    table.viewport().repaint()
    assert source.asked == []
    table.refresh_rows()
    table.viewport().repaint()
    assert sorted(source.asked) == list(table.visible_rows())


def test_the_header_asks_for_an_order(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Named("abc"), TWO), theme)
    wanted: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda column, down: wanted.append((column, down)))
    header = table.horizontalHeader()

    def click(column: int) -> None:
        at = QPoint(header.sectionViewportPosition(column) + 5, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)

    click(0)
    click(0)
    click(1)
    assert wanted == [("a", False), ("a", True)]
    assert header.sortIndicatorSection() == 0
    table.set_sort("nothing", False)
    assert not header.isSortIndicatorShown()


@pytest.mark.parametrize("width", [200, 640, 1_500])
def test_columns_fill_the_width(qtbot: QtBot, theme: Theme, width: int) -> None:
    table = shown(qtbot, Table(theme, "t", Cases(10), COLUMNS), theme)
    table.resize(width, 300)
    widths = [table.columnWidth(at) for at in range(len(COLUMNS))]
    assert sum(widths) == table.viewport().width()
    assert min(widths) > 0
    if width > 1_000:
        assert widths[2] == max(widths)


def test_the_chosen_row_and_the_light_are_seen(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "t", Cases(10), COLUMNS), theme)
    table.choose(1)
    image = QImage(table.viewport().size(), QImage.Format.Format_RGB32)
    table.viewport().render(image)
    row = theme.row_px
    assert image.pixelColor(2, row + 5).name() == theme.colours["surface4"]
    assert image.pixelColor(2, 5).name() == theme.colours["surface2"]
    side = theme.face("body").px
    light = image.pixelColor(theme.size(3) + side // 2, row // 2)
    assert light.name() == theme.colours["overdue_mark"]


def test_cells_are_spoken(qtbot: QtBot, theme: Theme) -> None:
    table = shown(qtbot, Table(theme, "board", Cases(10), COLUMNS), theme)
    model = table.model()
    assert table.accessibleName() == "board"
    spoken = model.data(model.index(0, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "特急 下穿通道积水 22 cm"
