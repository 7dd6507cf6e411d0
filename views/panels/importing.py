"""The import panel: a file looked at, its columns chosen, tried out and taken in, problems row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.viewmodels.context import Context
from app.viewmodels.importing import ImportingModel
from app.viewmodels.importing_view import ImportView, ProblemLine
from views.panel import Panel
from widgets.action_bar import Action, ActionButton
from widgets.card import Card
from widgets.form import Choice, FieldSpec, Form, FormWords
from widgets.label import Label
from widgets.progress import ProgressBar
from widgets.scroll import Scroll
from widgets.table import Cell, Column, Table
from widgets.theme import Theme

POLL_MS = 100
"""Long work is asked so often: what a person sees moves, and asking costs nothing."""

PREVIEW_ROWS, PROBLEM_ROWS = 8, 6
"""Rows seen at once; more are a turn of the wheel away."""

_LINE_EM, _CELL_EM, _REASON_EM = 4.0, 5.0, 12.0


class _Rows:
    """Rows of finished texts for a table."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = rows

    def count(self) -> int:
        return len(self._rows)

    def row(self, index: int) -> Sequence[Cell]:
        first, *rest = self._rows[index]
        return [Cell(first, "text3"), *map(Cell, rest)]

    def key(self, index: int) -> int:
        return index

    def find(self, key: object) -> int | None:
        return key if isinstance(key, int) and key < len(self._rows) else None


class ImportingPanel(Panel):
    """Everything in it goes by keyboard. `left` on Esc: whoever arranged it takes the keyboard back."""

    left = Signal()

    def __init__(self, theme: Theme, context: Context, active: bool) -> None:
        super().__init__(theme, context.language, context.text("import.panel"))
        self.model = ImportingModel(context)
        self._shown_fields: object = None
        self._shown_columns: object = None
        self._table: Table | None = None
        self._build(theme)
        self.set_body(Scroll(self._lay_out(theme)))
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.model.poll)
        self.bind(self.model.changed)

    def refresh(self) -> None:
        view = self.model.view()
        self._follow_work()
        self._nothing.setVisible(view.phase == "nothing" and not view.error)
        self._said.set("\n".join(filter(None, (view.file, *view.notes))))
        self._said.setVisible(bool(view.file))
        self._trouble.set("\n".join(filter(None, (view.error, view.why_not))))
        self._trouble.setVisible(bool(view.error or view.why_not))
        self._show_preview(view)
        self._show_fields(view)
        self._show_work(view)
        self._show_problems(view)

    def take_focus(self) -> None:
        self._file.focus_first()

    def open(self, path: Path, sheet: str = "") -> None:
        """Look at this file, as if it had been typed."""
        self._file.set_value("file", str(path))
        self._file.set_value("sheet", sheet)
        self.model.open(path, sheet)

    def release(self) -> None:
        super().release()
        self._timer.stop()
        self.model.close()

    def _build(self, theme: Theme) -> None:
        text = self.text
        self._nothing = Label(theme, text("import.nothing"), "body", "text3", wrap=True)
        words = FormWords(text("import.look"), "", text("import.no_file"))
        self._file = Form(theme, text("import.file_field"), self._file_fields(), words)
        self._file.submitted.connect(self._look)
        self._file.left.connect(self.left.emit)
        self._browse = self._button(Action("browse", text("import.browse")), self._choose_file)
        self._said = Label(theme, "", "body", "text2", wrap=True)
        self._trouble = Label(theme, "", "body", "overdue", wrap=True)
        self._preview = Card(theme, text("import.preview"), step="body")
        self._preview_box = QVBoxLayout()
        self._mapping = Card(theme, text("import.mapping"), step="body")
        mapping_words = FormWords(text("import.try"), "", text("import.chosen_column"))
        self._fields = Form(theme, text("import.mapping"), (), mapping_words)
        self._fields.edited.connect(self._chosen)
        self._fields.submitted.connect(lambda _values: self.model.try_out())
        self._fields.left.connect(self.left.emit)
        self._missing = Label(theme, "", "body", "due_soon", wrap=True)
        self._left_over = Label(theme, "", "note", "text3", wrap=True)
        self._figures = Label(theme, "", "body", "text1", wrap=True)
        self._bar = ProgressBar(theme, text("import.panel"), "surface2")
        self._doing = Label(theme, "", "note", "text3")
        self._start = self._button(Action("start", text("import.start"), primary=True), self.model.start)
        self._save = self._button(Action("save", text("import.save")), self._choose_place)
        self._cancel = self._button(Action("cancel", text("import.cancel")), self.model.cancel)
        self._problems_card = Card(theme, text("import.problems"), step="body")
        self._no_problems = Label(theme, text("import.no_problems"), "body", "text3")
        columns = (
            Column("line", text("import.row_number"), _LINE_EM, sortable=False),
            Column("field", text("intake.refused.field"), _CELL_EM, 1, sortable=False),
            Column("reason", text("intake.refused.reason"), _REASON_EM, 4, sortable=False),
        )
        self._problems = Table(theme, text("import.problems"), _Rows(()), columns)
        self._problems.setMinimumHeight(theme.target_px * PROBLEM_ROWS)

    def _lay_out(self, theme: Theme) -> QWidget:
        inside, preview, mapping, problems = QWidget(), QWidget(), QWidget(), QWidget()
        gap = theme.size(3)
        preview.setLayout(self._preview_box)
        self._preview_box.setContentsMargins(0, 0, 0, 0)
        self._preview.set_body(preview)
        self._mapping.set_body(_stack(mapping, gap, self._missing, self._fields, self._left_over))
        self._problems_card.set_body(_stack(problems, gap, self._no_problems, self._problems))
        asked, work = QHBoxLayout(), QHBoxLayout()
        asked.addWidget(self._file, 1)
        asked.addWidget(self._browse, 0, Qt.AlignmentFlag.AlignTop)
        work.addWidget(self._start)
        work.addWidget(self._save)
        work.addWidget(self._cancel)
        work.addWidget(self._doing, 1)
        column = _stack(inside, theme.size(4)).layout()
        assert isinstance(column, QVBoxLayout)
        column.addLayout(asked)
        for part in (self._nothing, self._trouble, self._said, self._preview, self._mapping, self._figures):
            column.addWidget(part)
        column.addWidget(self._bar)
        column.addLayout(work)
        column.addWidget(self._problems_card)
        column.addStretch(1)
        return inside

    def _file_fields(self) -> tuple[FieldSpec, ...]:
        text = self.text
        kinds = (
            Choice(_AUTO, text("import.kind_auto")),
            *(Choice(kind, text(f"import.kind.{kind}")) for kind in _KINDS),
        )
        return (
            FieldSpec("file", text("import.file_field"), required=True, error=text("import.no_file")),
            FieldSpec("sheet", text("import.sheet_field"), hint=text("import.sheet_hint")),
            FieldSpec("source", text("import.source_field"), hint=text("import.source_hint")),
            FieldSpec("kind", text("import.kind_field"), "choice", kinds, value=_AUTO),
        )

    def _button(self, action: Action, work: Callable[[], None]) -> ActionButton:
        button = ActionButton(self.theme, action)
        button.clicked.connect(lambda _=False: work())
        return button

    def _look(self, values: dict[str, object]) -> None:
        path = Path(str(values["file"])).expanduser()
        kind = _KINDS.get(str(values["kind"]))
        self.model.open(path, str(values["sheet"] or ""), kind, str(values["source"] or ""))

    def _choose_file(self) -> None:
        """The system's own dialog, beside the loop: nothing else stops for it."""
        dialog = QFileDialog(self, self.text("import.browse"), "", self.text("import.filter"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._picked)
        dialog.open()

    def _choose_place(self) -> None:
        dialog = QFileDialog(self, self.text("import.save"), "", self.text("import.save_filter"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.model.save_mapping(Path(path)))
        dialog.open()

    def _picked(self, path: str) -> None:
        self._file.set_value("file", path)
        self._file.submit()

    def _chosen(self, field: str) -> None:
        # While a person is still typing there is no value yet.
        if value := self._fields.values().get(field):
            self.model.choose(field, str(value).removeprefix(_CHOICE))

    def _follow_work(self) -> None:
        if self.model.busy and not self._timer.isActive():
            self._timer.start()
        elif not self.model.busy:
            self._timer.stop()

    def _show_preview(self, view: ImportView) -> None:
        self._preview.setVisible(bool(view.columns))
        if not view.columns or self._shown_columns == (view.file, view.columns):
            return
        self._shown_columns = (view.file, view.columns)
        if self._table is not None:
            self._preview_box.removeWidget(self._table)
            self._table.deleteLater()
        columns = [
            Column("line", self.text("import.row_number"), _LINE_EM, sortable=False),
            *(Column(name, name, _CELL_EM, 1, sortable=False) for name in view.columns),
        ]
        self._table = Table(self.theme, self.text("import.preview"), _Rows(view.rows), columns)
        self._table.setMinimumHeight(self.theme.target_px * PREVIEW_ROWS)
        self._preview_box.addWidget(self._table)

    def _show_fields(self, view: ImportView) -> None:
        self._mapping.setVisible(bool(view.fields))
        self._mapping.set_note(view.kind)
        self._missing.set(view.missing)
        self._missing.setVisible(bool(view.missing))
        self._left_over.set(view.left_over)
        self._left_over.setVisible(bool(view.left_over))
        self._fields.setEnabled(not view.may_cancel)
        if self._shown_fields == view.fields:
            return
        old, self._shown_fields = self._shown_fields, view.fields
        specs = [
            FieldSpec(
                line.field,
                line.label,
                "choice",
                tuple(Choice(_CHOICE + choice.id, choice.label) for choice in line.choices),
                required=line.needed,
                hint=line.why,
                error=self.text("import.chosen_column"),
                value=_CHOICE + line.chosen,
            )
            for line in view.fields
        ]
        focused = self._focused(old)
        self._fields.set_fields(specs)
        if focused:
            self._fields.focus_field(focused)

    def _focused(self, fields: object) -> str:
        """The field that has the keyboard, which must not lose it when the fields are made anew."""
        names = [line.field for line in fields] if isinstance(fields, tuple) else []
        return next((name for name in names if self._fields.editor(name).focus_widget.hasFocus()), "")

    def _show_work(self, view: ImportView) -> None:
        self._figures.set("\n".join(view.figures))
        self._figures.setVisible(bool(view.figures))
        self._bar.setVisible(view.share is not None)
        self._bar.set_share(view.share or 0.0)
        self._doing.set(view.progress)
        self._start.setVisible(bool(view.fields))
        self._start.setEnabled(view.may_import)
        self._save.setVisible(bool(view.fields) and not view.may_cancel)
        self._cancel.setVisible(view.may_cancel)

    def _show_problems(self, view: ImportView) -> None:
        self._problems_card.setVisible(bool(view.figures))
        self._no_problems.setVisible(not view.problems)
        self._problems.setVisible(bool(view.problems))
        self._problems.rows_changed(_Rows([_problem(line) for line in view.problems]))


_AUTO = "auto"
_KINDS: dict[str, Literal["history", "reports"]] = {"reports": "reports", "history": "history"}

_CHOICE = "="
"""Before the id of a choice: the field left out has an empty one, which a form takes for no choice."""


def _problem(line: ProblemLine) -> Sequence[str]:
    return line.line, line.field, line.reason


def _stack(inside: QWidget, gap: int, *parts: QWidget) -> QWidget:
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(gap)
    for part in parts:
        column.addWidget(part)
    return inside
