"""Workbooks: values as they are stored, titles and merged cells, and every kind of bad one."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest

from app.intake.tables import xlsx_book
from app.intake.tables.opening import open_table
from app.intake.tables.table import COLUMNS_MAX, Note
from app.intake.tables.xlsx_sheet import ROWS_MAX
from tests.unit.intake.tables.books import book, row, sheet, text
from tests.unit.intake.tables.faults import fault, read

WANTED = ("编号", "内容", "时间")
HEAD = row("编号", "内容", "时间")


def saved(path: Path, *rows: list[object]) -> Path:
    """A workbook as another program writes it, by openpyxl itself."""
    made = openpyxl.Workbook()
    for cells in rows:
        made.active.append(cells)
    made.save(path)
    return path


def test_values_are_those_a_person_sees(tmp_path: Path) -> None:
    at = datetime(2026, 3, 2, 9, 5, 59, 999_600)  # noqa: DTZ001 - a workbook knows no zone
    values: list[object] = [
        "H-1", 13800000000, 117.1, 0.1 + 0.2, True, at, date(2026, 3, 2),
        time(9, 5), timedelta(hours=30), None, " a ",
    ]  # fmt: skip
    header = [f"c{n}" for n in range(len(values))]
    _, records = read(saved(tmp_path / "a.xlsx", [*header], values))
    assert records[0].cells == [
        "H-1", "13800000000", "117.1", "0.3", "true", "2026-03-02 09:06:00", "2026-03-02 00:00:00",
        "09:05:00", "1 day, 6:00:00", "", "a",
    ]  # fmt: skip
    assert records[0].line == 2


@pytest.mark.parametrize("style", [1, 2, 3])
def test_dates_of_a_chinese_excel_and_of_own_formats(tmp_path: Path, style: int) -> None:
    rows = HEAD + f'<row><c s="{style}"><v>46083.378472222</v></c></row>'
    _, records = read(book(tmp_path / "a.xlsx", sheet(rows)), wanted=WANTED)
    assert records[0].cells[0] == "2026-03-02 09:05:00"


def test_dates_before_the_calendar_are_faults_of_their_cells(tmp_path: Path) -> None:
    rows = (
        HEAD
        + '<row><c t="inlineStr"><is><t>1</t></is></c><c s="1"><v>-9e9</v></c><c t="e"><v>#N/A</v></c></row>'
    )
    _, records = read(book(tmp_path / "a.xlsx", sheet(rows)))
    assert records[0].cell_faults == {1: "import_cell_date", 2: "import_cell_error"}


def test_a_formula_gives_its_saved_result_or_is_named(tmp_path: Path) -> None:
    formulas = (
        '<row><c t="str"><f>"H"&amp;1</f><v>H1</v></c><c><f>NOW()</f></c><c t="str"><f>""</f></c></row>'
    )
    path = book(tmp_path / "a.xlsx", sheet(HEAD + formulas))
    with open_table(path, WANTED) as table:
        records = list(table.records())
        assert table.notes == (Note("formulas", 3),)
    assert records[0].cells == ["H1", "", ""]
    assert records[0].cell_faults == {1: "import_formula"}


def test_the_header_stands_below_its_titles(tmp_path: Path) -> None:
    merged = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B4:B5"/></mergeCells>'
    rows = [
        f"<row>{text('某区诉求登记表')}</row>",
        row("填报单位：热线", "", ""),
        HEAD,
        row("1", "路灯不亮", "x"),
        row("2", "", "y"),
        row("3", "", "z"),
    ]
    for wanted in (WANTED, ()):
        with open_table(book(tmp_path / "a.xlsx", sheet("".join(rows), merged)), wanted) as table:
            assert table.header == ["编号", "内容", "时间"]
            found = [(record.line, record.cells[1]) for record in table.records()]
            assert found == [(4, "路灯不亮"), (5, "路灯不亮"), (6, "")]
            assert table.notes == (Note("merged", 2),)


def test_a_million_empty_rows_are_no_rows(tmp_path: Path) -> None:
    empty = "".join(f'<row r="{n}"/>' for n in range(4, 200_000))
    last = '<row r="1048576"><c r="A1048576" s="1"/></row>'
    rows = '<row r="1">' + HEAD.removeprefix("<row>") + row("1", "灯", "x", number=3) + empty + last
    with open_table(book(tmp_path / "a.xlsx", sheet(rows)), WANTED) as table:
        assert [record.line for record in table.records()] == [3]
        assert table.done == table.total == 3


def test_the_only_sheet_with_rows_is_taken(tmp_path: Path) -> None:
    full, other, none = sheet(HEAD + row("1", "灯", "x")), sheet(HEAD + row("2", "盖", "y")), sheet("<row/>")
    path = book(tmp_path / "a.xlsx", none, full, other, names=["空", "三月", "字典"], hidden=["字典"])
    assert read(path, wanted=WANTED)[1][0].cells[0] == "1"
    assert read(path, wanted=WANTED, sheet="字典")[1][0].cells[0] == "2"
    both = book(tmp_path / "b.xlsx", none, full, other)
    assert fault(both) == "import_sheet_which"
    assert read(both, sheet="S3")[1][0].cells[0] == "2"
    assert fault(both, sheet="S9") == "import_sheet_missing"
    assert fault(book(tmp_path / "c.xlsx", none)) == "import_empty"
    assert fault(both, sheet="S1") == "import_empty"


def test_more_cells_than_the_header_stay_to_be_refused(tmp_path: Path) -> None:
    _, records = read(book(tmp_path / "a.xlsx", sheet(HEAD + row("1", "灯", "x", "", "more"))), wanted=WANTED)
    assert records[0].cells == ["1", "灯", "x", "", "more"]


DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (sheet(HEAD, before=DTD), "import_xml_dtd"),
        (sheet(HEAD)[:-20], "import_xlsx_broken"),
        (sheet('<row r="0"><c/></row>'), "import_xlsx_broken"),
        (sheet(f'<row r="{ROWS_MAX + 1}"><c/></row>'), "import_xlsx_broken"),
        (sheet('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "import_xlsx_broken"),
        (sheet('<row r="1"><c r="1A"><v>1</v></c></row>'), "import_xlsx_broken"),
        (sheet(HEAD, '<mergeCells><mergeCell ref="B2:A1"/></mergeCells>'), "import_xlsx_broken"),
        (sheet(row(*[f"c{n}" for n in range(COLUMNS_MAX + 1)])), "import_columns_many"),
    ],
)
def test_a_broken_sheet(tmp_path: Path, content: str, key: str) -> None:
    assert fault(book(tmp_path / "a.xlsx", content)) == key


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEAD + "<row/>" * 50_000))
    monkeypatch.setattr(xlsx_book, "UNPACKED_BYTES_MAX", 100_000)
    assert path.stat().st_size < 10_000
    assert fault(path) == "import_xlsx_bomb"
    monkeypatch.undo()
    monkeypatch.setattr(xlsx_book, "FRAME_BYTES_MAX", 100)
    assert fault(path) == "import_xlsx_bomb"


def test_an_entity_in_the_frame_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEAD))
    bad = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(bad, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, DTD.encode() + content if part.filename == "xl/workbook.xml" else content)
    assert fault(bad) == "import_xml_dtd"


def test_files_under_a_wrong_name(tmp_path: Path) -> None:
    good = book(tmp_path / "a.xlsx", sheet(HEAD + row("1", "灯", "x")))
    renamed = good.rename(tmp_path / "a.csv")
    assert read(renamed, wanted=WANTED)[1][0].cells == ["1", "灯", "x"]
    for name, raw, key in (
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import_xls_old"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import_xls_old"),
        ("text.xlsx", b"id,what\n", "import_xlsx_other"),
        ("none.xlsx", b"", "import_empty"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(30), "import_xlsx_broken"),
    ):
        (tmp_path / name).write_bytes(raw)
        assert fault(tmp_path / name) == key
    with zipfile.ZipFile(tmp_path / "doc.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert fault(tmp_path / "doc.xlsx") == "import_xlsx_other"
