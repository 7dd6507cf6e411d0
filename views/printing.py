"""Prints the open cases each hour while the desk is cut off: on paper, else as a PDF in DATA/prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QTimer
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from app.base.formats import compact_day
from app.base.logs import Condition, Logger
from app.viewmodels.context import Context
from app.viewmodels.open_list import OpenList, OpenListModel
from app.viewmodels.signal import Keys
from widgets.paper import Paper

PRINTS = "prints"
"""Where lists lie that no printer took, in the data directory."""

PRINTS_KEPT = 48
"""Two days of hourly lists: an older one says nothing about the cases of today."""

SHARES = (13, 14, 22, 10, 17, 19, 8)
"""Of the paper's width, column by column: code, category, place, state, unit, due, phone."""

PDF_END = b"%%EOF"

MARGIN_MM = 12.0
DPI = 300

_log = Logger(__name__)


class OpenListPrinter(QObject):
    """Looks each second whether the list is due. `say(words, severity)` tells where it went.

    Pages are drawn one at a time between other work: a list of thousands must not hold the desk up.
    """

    def __init__(
        self,
        context: Context,
        model: OpenListModel,
        data: Path,
        family: str,
        say: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._context = context
        self._model = model
        self._folder = data / PRINTS
        self._family = family
        self._say = say
        self._printing = Condition(_log, "open_list.print")
        self._job: _Job | None = None
        self._let_go = context.pulse.second.connect(self._second)

    @property
    def busy(self) -> bool:
        """Whether pages are still being drawn."""
        return self._job is not None

    def close(self) -> None:
        """Look no more; a list that is half drawn is dropped."""
        self._let_go()
        job, self._job = self._job, None
        if job is not None:
            job.drop()

    def print_now(self) -> None:
        """Begin a list, unless one is being drawn."""
        if self._job is not None:
            return
        try:
            self._job = self._begin()
        except OSError as error:
            self._failed(error)
            return
        QTimer.singleShot(0, self, self._go_on)

    def _second(self, _keys: Keys) -> None:
        if self._model.due():
            self.print_now()

    def _begin(self) -> _Job:
        listed, titles = self._model.open_list(), self._model.titles()
        printer = QPrinterInfo.defaultPrinter()
        if not printer.isNull():
            device = QPrinter(printer, QPrinter.PrinterMode.HighResolution)
            device.setPageLayout(_layout())
            paper = Paper(device, self._family, titles, SHARES)
            if paper.good:
                return _Job(paper, device, listed, printer=printer.description() or printer.printerName())
        return self._begin_file(listed)

    def _begin_file(self, listed: OpenList) -> _Job:
        self._folder.mkdir(parents=True, exist_ok=True)
        clock = self._context.formats.clock(listed.at).replace(":", "")
        path = self._folder / f"open-{compact_day(listed.at)}-{clock}.pdf"
        part = path.with_suffix(".part")
        writer = QPdfWriter(str(part))
        writer.setResolution(DPI)
        writer.setPageLayout(_layout())
        writer.setTitle(self._model.heading()[0])
        paper = Paper(writer, self._family, self._model.titles(), SHARES)
        if not paper.good:
            raise OSError(str(path))
        return _Job(paper, writer, listed, path=path)

    def _go_on(self) -> None:
        """One page; the next in its turn."""
        job = self._job
        if job is None:
            return
        try:
            more = job.page(self._model)
            if not more:
                self._ended(job)
        except OSError as error:
            self._failed(error)
        else:
            if more:
                QTimer.singleShot(0, self, self._go_on)

    def _ended(self, job: _Job) -> None:
        self._job = None
        path = job.end()
        self._printing.recovered()
        if path is None:
            self._say(self._context.text("printing.printed", printer=job.printer), "in_time")
            return
        for old in sorted(self._folder.glob("open-*.pdf"))[:-PRINTS_KEPT]:
            old.unlink(missing_ok=True)
        self._say(self._context.text("printing.kept", path=path), "due_soon")

    def _failed(self, error: OSError) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.drop()
        self._printing.failed(error)
        self._say(self._context.text("printing.failed", detail=error.strerror or str(error)), "overdue")


class _Job:
    """One list on its way to one device."""

    def __init__(
        self,
        paper: Paper,
        device: QPrinter | QPdfWriter,
        listed: OpenList,
        *,
        path: Path | None = None,
        printer: str = "",
    ) -> None:
        self._paper, self._device, self._listed = paper, device, listed
        self._path = path
        self.printer = printer
        self._pages = 0

    def page(self, model: OpenListModel) -> bool:
        """Draw the next page; whether there is another after it."""
        most = self._paper.rows_a_page()
        first = self._pages * most
        self._pages += 1
        rows = [
            ((f"{row.cells[0]} {row.urgent}".rstrip(), *row.cells[1:]), row.late)
            for row in self._listed.page(first, most)
        ]
        self._paper.page(model.heading(), model.foot(self._listed, self._pages), rows)
        return first + most < len(self._listed)

    def end(self) -> Path | None:
        """Send it off; the file it became, None for paper. OSError when it was not taken."""
        ended = self._paper.end()
        if self._path is None:
            if not ended:
                raise OSError(self.printer)
            return None
        part = self._path.with_suffix(".part")
        # The writer is silent about a full disk; a whole file says that it is whole.
        if not ended or not part.read_bytes().rstrip().endswith(PDF_END):
            raise OSError(str(self._path))
        part.replace(self._path)
        return self._path

    def drop(self) -> None:
        """Throw away what was drawn."""
        self._paper.end()
        if self._path is not None:
            self._path.with_suffix(".part").unlink(missing_ok=True)


def _layout() -> QPageLayout:
    margin = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Landscape, margin, QPageLayout.Unit.Millimeter)
