"""Whatever bytes come, a file is a table or one clear line: never another error, never without an end."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import MusterError
from app.intake.tables.opening import open_table

ROWS = [["编号", "内容", "时间"], ["1", "路灯不亮", "2026-03-02"], ["2", "井盖缺失", "2026-03-03"]]


def good(form: str) -> bytes:
    """A small sound file."""
    if form == "json":
        return json.dumps([dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]).encode()
    if form == "xml":
        cases = "".join(f"<c n='{number}'><w>{what}</w></c>" for number, what, _ in ROWS[1:])
        return f"<?xml version='1.0' encoding='UTF-8'?><all>{cases}</all>".encode()
    if form == "csv":
        return "\n".join(",".join(row) for row in ROWS).encode("gb18030")
    made = openpyxl.Workbook()
    for row in ROWS:
        made.active.append(row)
    made.active.merge_cells("A3:B3")
    with tempfile.TemporaryDirectory() as folder:
        made.save(Path(folder) / "a.xlsx")
        return (Path(folder) / "a.xlsx").read_bytes()


GOOD = {form: good(form) for form in ("csv", "json", "xml", "xlsx")}

_DAMAGE = st.lists(
    st.tuples(
        st.integers(0, 1_000_000), st.sampled_from(["flip", "cut", "double", "put"]), st.binary(max_size=6)
    ),
    min_size=1,
    max_size=4,
)


def damaged(raw: bytes, damage: list[tuple[int, str, bytes]]) -> bytes:
    for place, how, new in damage:
        at = place % (len(raw) + 1)
        if how == "flip" and at < len(raw):
            raw = raw[:at] + bytes([raw[at] ^ (place % 255 + 1)]) + raw[at + 1 :]
        elif how == "cut":
            raw = raw[:at]
        elif how == "double":
            raw = raw[:at] + raw[at // 2 :]
        else:
            raw = raw[:at] + new + raw[at:]
    return raw


def is_table_or_told(path: Path, raw: bytes, **options: Any) -> None:
    path.write_bytes(raw)
    try:
        with open_table(path, ROWS[0], **options) as table:
            for record in table.records():
                assert record.line > 0
                assert record.fault is not None or len(record.cells) >= 1
    except MusterError:
        return


@pytest.mark.parametrize("form", GOOD)
def test_damaged_files(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{form}"

    @settings(max_examples=100)
    @given(_DAMAGE)
    def each(damage: list[tuple[int, str, bytes]]) -> None:
        is_table_or_told(path, damaged(GOOD[form], damage))

    each()


def test_a_sound_archive_with_damaged_parts(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD["xlsx"])) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}

    @settings(max_examples=60)
    @given(st.sampled_from(sorted(parts)), _DAMAGE)
    def each(name: str, damage: list[tuple[int, str, bytes]]) -> None:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for part, raw in parts.items():
                archive.writestr(part, damaged(raw, damage) if part == name else raw)
        is_table_or_told(tmp_path / "a.xlsx", made.getvalue())

    each()


@settings(max_examples=100)
@given(st.sampled_from(sorted(GOOD)), st.text(alphabet='[]{}",:\\u1<>/?!c \n=&;', max_size=60))
def test_nonsense_of_the_right_signs(form: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        is_table_or_told(Path(folder) / f"a.{form}", text.encode())
