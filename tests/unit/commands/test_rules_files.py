"""Reading rule files: the shipped ones are good, and every way to break one is told with file and line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.language import load_language
from app.commands.findings import lines
from app.commands.rules_csv import TABLES, read_csv
from app.commands.rules_files import FILE_BYTES_MAX, TOML_FILES, load_rules
from app.commands.rules_toml import TomlShape, read_toml
from app.domain.responsibility import Department
from app.domain.rules import Rules
from app.domain.workflow import State

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "config" / "rules"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "rules"))


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; the line it stands on."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_rules_have_no_finding() -> None:
    loaded = load_rules(SHIPPED)
    assert loaded.findings == ()
    assert loaded.rules is not None
    assert len(loaded.rules.workflow.states) == 18
    assert len(loaded.rules.workflow.transitions) == 65
    assert len(loaded.rules.responsibility) == 112


def test_rules_survive_the_log() -> None:
    rules = load_rules(SHIPPED).rules
    assert msgspec.json.decode(msgspec.json.encode(rules), type=Rules) == rules


def test_conversions_of_tables() -> None:
    rules = load_rules(SHIPPED).rules
    assert rules is not None
    rows = {row.category: row for row in rules.responsibility}
    assert rows["1206"].overrides == {"arrive": "4 h_natural", "make_safe": "none"}
    assert rows["0501"].co == ("JJ", "YJ", "GS", "RQ")
    assert rows["0102"].self_handle
    assert not rows["0101"].self_handle
    assert rows["0111"].filing_condition is None
    categories = {category.code: category for category in rules.categories}
    assert categories["0501"].initials == "lmtx"
    reasons = {reason.id: reason for reason in rules.return_reasons}
    assert reasons["R04"].leads_to == ("redispatch", "split")


Break = Callable[[Path], int]
"""Breaks a file of the folder; the line at fault, or 0."""


def _append(file: str, text: str) -> Break:
    def brk(folder: Path) -> int:
        path = folder / file
        before = path.read_text(encoding="utf-8")
        path.write_text(before + text, encoding="utf-8")
        return before.count("\n") + 1

    return brk


def _edit(file: str, old: str, new: str) -> Break:
    return lambda folder: edit(folder / file, old, new)


def _bytes(file: str, data: bytes) -> Break:
    def brk(folder: Path) -> int:
        (folder / file).write_bytes(data)
        return data[: data.find(b"\xb5")].count(b"\n") + 1 if b"\xb5" in data else 0

    return brk


def _remove(file: str) -> Break:
    def brk(folder: Path) -> int:
        (folder / file).unlink()
        return 0

    return brk


def _folder_instead(file: str) -> Break:
    def brk(folder: Path) -> int:
        (folder / file).unlink()
        (folder / file).mkdir()
        return 0

    return brk


BREAKS: list[tuple[str, Break, str]] = [
    ("workflow.toml", _edit("workflow.toml", 'kind = "open"', 'kind = "ajar"'), "value.not_allowed"),
    ("workflow.toml", _edit("workflow.toml", 'kind = "open"', "kind = 3"), "value.wrong_type"),
    ("workflow.toml", _edit("workflow.toml", 'kind = "open"', 'kind = "open'), "toml.syntax"),
    (
        "workflow.toml",
        _edit("workflow.toml", 'id = "reported"', 'id = "reported"\nid = "again"'),
        "toml.syntax",
    ),
    ("workflow.toml", _append("workflow.toml", "[extra]\nx = 1\n"), "key.unknown"),
    ("guards.toml", _bytes("guards.toml", b"guards = 7\n"), "value.wrong_type"),
    ("guards.toml", _bytes("guards.toml", b""), "key.missing"),
    (
        "sla.toml",
        _edit("sla.toml", "wait_party_max_times = 2", 'wait_party_max_times = "2"'),
        "value.wrong_type",
    ),
    ("sla.toml", _edit("sla.toml", 'scene_check = "4 wh"', "scene_check = 4"), "value.wrong_type"),
    ("calendars.toml", _edit("calendars.toml", 'days = "every"', 'days = "most"'), "value.not_allowed"),
    ("lists.toml", _edit("lists.toml", "found = [", 'found = "yes"\nlost = ['), "value.wrong_type"),
    ("roles.toml", _bytes("roles.toml", "角色".encode("gb18030")), "file.not_utf8"),
    ("roles.toml", _bytes("roles.toml", b"x = " + b"[" * 20_000), "toml.unreadable"),
    ("roles.toml", _bytes("roles.toml", b"x = " + b"9" * 20_000), "toml.unreadable"),
    ("roles.toml", _bytes("roles.toml", b"#" * (FILE_BYTES_MAX + 1)), "file.too_big"),
    ("roles.toml", _remove("roles.toml"), "file.missing"),
    ("roles.toml", _folder_instead("roles.toml"), "file.unreadable"),
    ("rolls.toml", _bytes("rolls.toml", b""), "file.unknown"),
    ("category.csv", _bytes("category.csv", b""), "file.unknown"),
    ("departments.csv", _edit("departments.csv", "code,zh", "kode,zh"), "csv.column_missing"),
    ("departments.csv", _edit("departments.csv", ",mark,source", ",mark,sauce"), "csv.column_unknown"),
    ("departments.csv", _edit("departments.csv", ",mark,source", ",mark,mark"), "csv.column_twice"),
    ("departments.csv", _edit("departments.csv", "ZBS,区总值班室", "ZBS,区,总值班室"), "csv.ragged"),
    ("departments.csv", _edit("departments.csv", "7x24", "mostly"), "value.not_allowed"),
    ("departments.csv", _append("departments.csv", 'XX,"open'), "csv.syntax"),
    ("departments.csv", _append("departments.csv", "X" * 200_000), "csv.syntax"),
    ("departments.csv", _bytes("departments.csv", b""), "csv.column_missing"),
    ("responsibility.csv", _edit("responsibility.csv", ",no,practice", ",maybe,practice"), "csv.not_yes_no"),
    (
        "responsibility.csv",
        _edit("responsibility.csv", "restore=72 h_natural", "restore:72"),
        "csv.bad_override",
    ),
    (
        "transitions/returns.toml",
        _edit("transitions/returns.toml", 'on = "order"\n', ""),
        "key.missing",
    ),
    ("transitions/returns.toml", _edit("transitions/returns.toml", "rank = 40", "rang = 40"), "key.unknown"),
    (
        "transitions/returns.toml",
        _edit("transitions/returns.toml", 'type = "long_text"', 'type = "novel"'),
        "value.not_allowed",
    ),
]


@pytest.mark.parametrize(("file", "brk", "rule"), BREAKS, ids=[f"{f}-{r}" for f, _, r in BREAKS])
def test_a_broken_file_is_told_with_its_name(folder: Path, file: str, brk: Break, rule: str) -> None:
    line = brk(folder)
    loaded = load_rules(folder)
    assert loaded.rules is None
    assert rule in {finding.rule for finding in loaded.findings}
    assert {finding.file for finding in loaded.findings} == {file}
    if line and rule not in ("toml.syntax", "csv.syntax", "csv.column_unknown", "csv.column_twice"):
        named = [finding.line for finding in loaded.findings if finding.rule == rule]
        assert named[0] <= line, "the line of the element, or of the key in it"
        assert named[0] > line - 12
    for code in ("zh", "en"):
        language = load_language(code, ROOT / "resources" / "language")
        for text in lines(loaded.findings, language):
            assert text.startswith(file)
            assert " — " in text
            assert "{" not in text.partition(" — ")[2]


def test_every_fault_is_told_at_once_and_on_its_line(folder: Path) -> None:
    path = folder / "workflow.toml"
    first = edit(path, 'kind = "open"', 'kind = "ajar"')
    second = edit(path, 'counts = "natural"', 'counts = "moons"')
    third = edit(folder / "hold_reasons.csv", "H03,资金未落实,", "H03,资金未落实,,")
    found = {(finding.file, finding.line) for finding in load_rules(folder).findings}
    assert found == {("workflow.toml", first), ("workflow.toml", second), ("hold_reasons.csv", third)}


def test_a_fault_of_meaning_is_told_on_the_line_of_its_key(folder: Path) -> None:
    line = edit(
        folder / "transitions" / "returns.toml", 'guards = ["first_to_territory"]', 'guards = ["luck"]'
    )
    [finding] = load_rules(folder).findings
    assert (finding.file, finding.line) == ("transitions/returns.toml", line)
    assert finding.rule == "guard.unknown"
    assert finding.params == {"guard": "luck"}


def test_a_fault_of_meaning_in_a_table_is_told_on_its_row(folder: Path) -> None:
    line = edit(folder / "responsibility.csv", "0501,路面塌陷,SZ", "0501,路面塌陷,XX")
    [finding] = load_rules(folder).findings
    assert (finding.file, finding.line, finding.rule) == ("responsibility.csv", line, "department.unknown")


def test_a_row_that_stands_twice_is_told_on_the_second(folder: Path) -> None:
    line = _append("departments.csv", "CG,某,some,government,office,workday,,,,\n")(folder)
    [finding] = load_rules(folder).findings
    assert (finding.file, finding.line, finding.rule) == ("departments.csv", line, "id.twice")


def test_a_day_both_holiday_and_working_is_told(folder: Path) -> None:
    line = edit(folder / "calendars.toml", 'workdays_extra = ["2025-01-26"', 'workdays_extra = ["2025-10-02"')
    [finding] = load_rules(folder).findings
    assert (finding.file, finding.line, finding.rule) == ("calendars.toml", line, "calendar.day_both")


def test_line_counts_survive_rows_of_many_lines() -> None:
    table = TABLES["departments.csv"]
    header = "code,zh,en,kind,calendar,duty,duty_substitute\n"
    text = header + 'CG,"城\n管",x,government,office,workday,\n\nZJ,住建,x,government,office,never,\n'
    read = read_csv("d.csv", text, table)
    assert [finding.line for finding in read.findings] == [5]
    [good] = read.values["departments"]
    assert isinstance(good, Department)
    assert good.label.zh == "城\n管"


def test_inline_lists_are_told_on_the_line_of_their_key() -> None:
    text = 'states = [{ id = "a" }, { id = "b" }]\n'
    read = read_toml("w.toml", text, TomlShape({"states": tuple[State, ...]}))
    assert [(f.line, f.key, f.rule) for f in read.findings] == [
        (1, "states.a", "key.missing"),
        (1, "states.b", "key.missing"),
    ]


def test_the_byte_order_mark_is_no_fault(folder: Path) -> None:
    for name in ("workflow.toml", "categories.csv"):
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_rules(folder) == load_rules(SHIPPED)


def test_windows_line_ends_are_no_fault(folder: Path) -> None:
    for name in ("sla.toml", "responsibility.csv"):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_rules(folder) == load_rules(SHIPPED)


def test_an_override_replaces_file_by_file(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "transitions").mkdir(parents=True)
    shutil.copy(SHIPPED / "sla.toml", own)
    edit(own / "sla.toml", 'check = "1 wd"', 'check = "2 wd"')
    shutil.copy(SHIPPED / "transitions" / "overlays.toml", own / "transitions")
    edit(own / "transitions" / "overlays.toml", "rank = 30", "rank = 31")
    rules = load_rules(folder, own).rules
    assert rules is not None
    assert rules.sla.stages["check"] == "2 wd"
    assert next(t.rank for t in rules.workflow.transitions if t.action == "urge") == 31
    assert len(rules.workflow.transitions) == 65
    assert load_rules(folder, tmp_path / "nowhere") == load_rules(folder)


def test_a_misspelt_override_is_not_passed_over(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy(SHIPPED / "sla.toml", own / "slas.toml")
    [finding] = load_rules(folder, own).findings
    assert finding.rule == "file.unknown"
    assert finding.params == {"path": str(own / "slas.toml")}


def test_a_folder_that_is_none_is_findings(tmp_path: Path) -> None:
    loaded = load_rules(tmp_path / "nowhere")
    assert loaded.rules is None
    assert {finding.rule for finding in loaded.findings} == {"file.missing"}
    assert {finding.file for finding in loaded.findings} == {*TOML_FILES, *TABLES, "transitions"}


_words = st.sampled_from(
    [
        "[[states]]",
        "[states]",
        "id",
        "=",
        '"',
        "'''",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\n",
        "\x00",
        "\\",
        "1e999",
        "集",
        " ",
        "1",
    ]
)


@given(st.lists(_words, max_size=30).map("".join))
@settings(max_examples=150)
def test_no_text_makes_the_toml_reader_raise(text: str) -> None:
    read = read_toml("workflow.toml", text, TOML_FILES["workflow.toml"])
    assert read.findings, "no such text is a whole workflow"
    assert all(finding.file == "workflow.toml" for finding in read.findings)


@given(st.text(alphabet='ab,;"\n\r\x00集=', max_size=60))
@settings(max_examples=150)
def test_no_text_makes_the_csv_reader_raise(text: str) -> None:
    read = read_csv("hold_reasons.csv", "id,zh,en\n" + text, TABLES["hold_reasons.csv"])
    rows = read.values.get("hold_reasons", ())
    assert all(re.fullmatch(r"\S(.*\S)?|", row.id, re.DOTALL) for row in rows), "cells come trimmed"
