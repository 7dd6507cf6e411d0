"""The open list on paper: a PDF that says what it must when there is no printer, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinterInfo
from PySide6.QtWidgets import QApplication

from app.base.clock import HOUR_MS, MINUTE_MS
from app.sync.status import LinkStatus
from app.viewmodels.context import Context
from app.viewmodels.open_list import OpenListModel
from tests.helpers.glass import Line, glass
from tests.helpers.halls import TestHall, hall
from tests.helpers.wall import fonts
from views import printing
from views.look import DESK, theme
from views.printing import PRINTS, OpenListPrinter

pytestmark = pytest.mark.usefixtures("qapp", "no_printer")


@pytest.fixture
def no_printer(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a PC without one, whatever this machine has."""
    monkeypatch.setattr(QPrinterInfo, "defaultPrinter", staticmethod(QPrinterInfo))
    fonts()


@pytest.fixture(scope="module")
def busy_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHall]:
    with hall(tmp_path_factory.mktemp("printing")) as test:
        for _ in range(60):
            test.register()
        yield test


class Printing:
    """A printer of the open list in a directory of its own; `said` is what it told."""

    def __init__(self, test: TestHall, data: Path, context: Context, line: Line) -> None:
        self.test, self.data, self.line, self.context = test, data, line, context
        self.said: list[tuple[str, str]] = []
        family = theme(DESK).face("body").font.family()
        model = OpenListModel(context, HOUR_MS)
        self.printer = OpenListPrinter(context, model, data, family, lambda *told: self.said.append(told))

    @property
    def files(self) -> list[Path]:
        folder = self.data / PRINTS
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def pass_minutes(self, minutes: int) -> None:
        for _ in range(minutes):
            self.test.time.advance(MINUTE_MS)
            self.context.pulse.beat()
            self.finish()

    def finish(self) -> None:
        while self.printer.busy:
            QApplication.processEvents()


@pytest.fixture
def cut_off(busy_hall: TestHall, tmp_path: Path) -> Iterator[Printing]:
    line = Line(LinkStatus("cut_off", heard_at=busy_hall.clock.now()))
    made = Printing(busy_hall, tmp_path, glass(busy_hall, link=line), line)
    yield made
    made.printer.close()


def test_after_an_hour_the_list_lies_in_the_prints(cut_off: Printing) -> None:
    cut_off.pass_minutes(59)
    assert cut_off.files == []
    cut_off.pass_minutes(2)
    assert len(cut_off.files) == 1
    content = cut_off.files[0].read_bytes()
    assert content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")
    words, severity = cut_off.said[0]
    assert str(cut_off.files[0]) in words
    assert severity == "due_soon"
    cut_off.pass_minutes(60)
    assert len(cut_off.files) == 2


def test_a_list_of_sixty_takes_several_pages(cut_off: Printing) -> None:
    cut_off.printer.print_now()
    cut_off.finish()
    assert cut_off.files[0].read_bytes().count(b"/Type /Page\n") >= 2


def test_a_second_wish_waits_for_the_first_to_end(cut_off: Printing) -> None:
    cut_off.printer.print_now()
    cut_off.printer.print_now()
    cut_off.finish()
    assert len(cut_off.files) == 1


def test_old_lists_make_room(cut_off: Printing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "PRINTS_KEPT", 2)
    for _ in range(4):
        cut_off.test.time.advance(HOUR_MS)
        cut_off.printer.print_now()
        cut_off.finish()
    assert len(cut_off.files) == 2
    assert len(cut_off.said) == 4


def test_a_directory_that_refuses_is_told(cut_off: Printing) -> None:
    (cut_off.data / PRINTS).write_text("a file in its place", encoding="utf-8")
    cut_off.printer.print_now()
    cut_off.finish()
    assert [severity for _, severity in cut_off.said] == ["overdue"]


def test_closing_drops_what_is_half_drawn(cut_off: Printing) -> None:
    cut_off.printer.print_now()
    assert cut_off.printer.busy
    cut_off.printer.close()
    QApplication.processEvents()
    assert cut_off.files == []
