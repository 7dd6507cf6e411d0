"""`muster import` as a person types it: proposals, several formats, and one clear line for a bad file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import openpyxl
import pytest

import main


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    for row in (
        ["登记表"],
        ["工单编号", "联系电话", "诉求内容", "受理时间"],
        ["H-1", "13800001111", "滨河路118号路灯不亮", "2026-03-02 09:05"],
        ["H-2", "13900002222", "井盖缺失请尽快处理", "2026-03-02 09:10"],
    ):
        made.active.append(row)
    made.create_sheet("字典").append(["路灯"])
    made.save(tmp_path / "登记表.xlsx")
    return tmp_path / "登记表.xlsx"


def run(*words: object) -> int:
    return main.main(["import", *map(str, words), "--lang", "en"])


def test_a_proposal_is_told_written_once_and_fits_its_file(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mapping, data = tmp_path / "m.toml", tmp_path / "hall"
    assert run(book, "--propose", "--sheet", "Sheet", "--mapping", mapping, "--data", data) == 0
    said = capsys.readouterr().out
    assert "登记表.xlsx (xlsx Sheet) looks like new reports." in said
    assert "Phone of the reporter <- 联系电话 (sure: the header says so" in said
    assert "Channel <- always hotline (a guess" in said
    assert "13800001111" not in said
    assert tomllib.loads(mapping.read_text(encoding="utf-8"))["columns"]["what"] == "诉求内容"
    # Nothing was founded by looking.
    assert not data.exists()
    mapping.write_text(mapping.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    assert run(book, "--propose", "--sheet", "Sheet", "--mapping", mapping, "--data", data) == 0
    assert "was left as it is" in capsys.readouterr().out
    assert mapping.read_text(encoding="utf-8").endswith("# mine\n")
    assert run(book, "--sheet", "Sheet", "--mapping", mapping, "--data", data, "--dry-run") == 0
    assert "2 rows, 2 taken, 0 known before, 0 refused" in capsys.readouterr().out


def test_words_that_lack_something(book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, code, said in (
        ((book,), 2, "No mapping was given"),
        ((book, book, "--propose"), 2, "looks at one file, but 2 were given"),
        ((book, "--propose"), 2, "rows in several worksheets: Sheet, 字典. Name one with --sheet"),
        ((book, "--propose", "--sheet", "x"), 2, "has no worksheet x; it has Sheet, 字典"),
        ((book, "--propose", "--sheet", "Sheet", "--mapping", tmp_path), 0, "left as it is"),
        ((tmp_path / "none.json", "--propose"), 1, "none.json cannot be read"),
    ):
        assert run(*words, "--data", tmp_path / "hall") == code
        out = capsys.readouterr()
        assert said in (out.out if code == 0 else out.err)
        if code:
            assert out.err.count("\n") == 1


def test_a_bomb_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bomb = tmp_path / "bomb.xml"
    bomb.write_text('<!DOCTYPE x [<!ENTITY a "ha">]><x><y z="1">&a;</y></x>', encoding="utf-8")
    mapping = Path(__file__).parents[4] / "config" / "mappings" / "department_xml.toml"
    assert run(bomb, "--mapping", mapping, "--data", tmp_path / "hall", "--dry-run") == 1
    assert capsys.readouterr().err == (
        f"muster: {bomb} declares a document type, which may hide a bomb. "
        "Ask the sender for XML without one; "
        "nothing was taken in.\n"
    )
