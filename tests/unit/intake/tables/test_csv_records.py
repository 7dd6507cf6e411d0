"""Rows, their physical lines, and how little a broken one costs."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import WorldError
from app.intake.tables.csv_lines import GLIMPSE_BYTES, ROW_BYTES_MAX, Lines
from app.intake.tables.csv_records import DELIMITERS, Record, read_header, read_records
from app.intake.tables.text_encoding import Encoding, decide_encoding

PATH = Path("a.csv")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ROWS = st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=8)
PLAIN = st.lists(st.sampled_from(["", "a", "路灯", "b c", "1"]), min_size=3, max_size=3)


def records(raw: bytes, encoding: Encoding = "utf-8", delimiter: str = ",") -> list[Record]:
    return list(read_records(Lines(io.BytesIO(raw), encoding, PATH), delimiter))


def faults(raw: bytes) -> list[tuple[int, str]]:
    return [(record.line, record.fault.code) for record in records(raw) if record.fault is not None]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]), st.sampled_from(DELIMITERS))
def test_what_csv_writes_is_read_back(rows: list[list[str]], encoding: Encoding, delimiter: str) -> None:
    text = written(rows, delimiter)
    read = records(text.encode(encoding), encoding, delimiter)
    assert [record.cells for record in read] == rows
    assert all(record.fault is None for record in read)
    assert sum(record.size for record in read) == len(text.encode(encoding.removesuffix("-sig")))


@given(ROWS)
def test_a_row_begins_on_its_physical_line(rows: list[list[str]]) -> None:
    read = records(written(rows).encode())
    expected = [1 + written(rows[:n]).count("\n") for n in range(len(rows))]
    assert [record.line for record in read] == expected


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]))
def test_under_a_chinese_header_the_encoding_is_found(rows: list[list[str]], encoding: Encoding) -> None:
    raw = written([["编号", "内容"], *rows]).encode(encoding)
    assert decide_encoding(io.BytesIO(raw), PATH) == encoding


@given(st.lists(PLAIN, max_size=6), st.lists(PLAIN, max_size=6))
def test_a_quote_that_is_never_closed_costs_its_own_line(
    before: list[list[str]], after: list[list[str]]
) -> None:
    raw = (written(before) + 'x,"y,z\n' + written(after)).encode()
    read = records(raw)
    assert [record.cells for record in read if record.fault is None] == before + after
    assert faults(raw) == [(len(before) + 1, "import_quotes")]


def test_a_quote_that_closes_in_a_later_row_costs_its_own_line() -> None:
    raw = b'a,1\nb,"2\nc,3\n"d, e",4\nf,5\n'
    assert [record.cells for record in records(raw) if record.fault is None] == [
        ["a", "1"],
        ["c", "3"],
        ["d, e", "4"],
        ["f", "5"],
    ]
    assert faults(raw) == [(2, "import_quotes")]
    assert records(raw)[1].cells == ["b", "2\n"]


def test_a_quote_inside_a_plain_cell_is_a_character() -> None:
    assert records(b'5" pipe,1\n')[0].cells == ['5" pipe', "1"]


def test_blank_lines_are_no_rows_but_count_as_lines() -> None:
    read = records(b"\r\n\na,b\r\n\r\nc,d")
    assert [(record.line, record.cells) for record in read] == [(3, ["a", "b"]), (5, ["c", "d"])]


def test_a_bare_carriage_return_is_named() -> None:
    raw = b"a,b\nc\rd,e\nf,g\n"
    assert faults(raw) == [(2, "import_line_end")]
    assert records(raw)[1].cells == ["c\rd,e\n"]
    assert records(raw)[2].cells == ["f", "g"]


def test_a_huge_cell_is_refused_and_never_held() -> None:
    huge = 30 * 1024 * 1024
    file = io.BytesIO(b"a,b\n1," + b"x" * huge + b"\nc,d\n")
    tracemalloc.start()
    try:
        read = list(read_records(Lines(file, "utf-8", PATH), ","))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024
    assert [(record.line, record.fault and record.fault.code) for record in read] == [
        (1, None),
        (2, "import_row_long"),
        (3, None),
    ]
    assert read[1].cells == ["1", "x" * (GLIMPSE_BYTES - 2)]
    assert read[2].cells == ["c", "d"]


def test_a_huge_cell_at_the_end_of_the_file_is_refused() -> None:
    assert faults(b"a,b\n" + b"x" * (ROW_BYTES_MAX + 1)) == [(2, "import_row_long")]


def test_the_longest_row_is_still_read() -> None:
    raw = b"1," + b"x" * (ROW_BYTES_MAX - 3) + b"\n"
    assert len(raw) == ROW_BYTES_MAX
    assert faults(raw) == []
    assert faults(raw.replace(b"1,", b"11,")) == [(1, "import_row_long")]


def test_a_quoted_cell_over_many_lines_is_bounded_too() -> None:
    cell = "line of a long text\n" * (ROW_BYTES_MAX // 10)
    raw = f'a,b\n1,"{cell}"\nc,d\n'.encode()
    read = records(raw)
    assert read[1].fault is not None
    assert (read[1].line, read[1].fault.code) == (2, "import_quotes")
    assert read[-1].cells == ["c", "d"]


def test_a_long_line_inside_a_quoted_cell_is_skipped() -> None:
    raw = b'a,b\n1,"x\n' + b"y" * (ROW_BYTES_MAX + 1) + b'"\nc,d\n'
    assert faults(raw) == [(2, "import_quotes"), (3, "import_row_long")]
    assert records(raw)[-1].cells == ["c", "d"]


def test_a_long_chinese_line_is_cut_at_a_character() -> None:
    for encoding in ("utf-8", "gb18030"):
        raw = f"1,{'路' * ROW_BYTES_MAX}\n".encode(encoding)
        cells = records(raw, "gb18030" if encoding == "gb18030" else "utf-8")[0].cells
        assert set(cells[1]) == {"路"}


def test_a_file_that_changes_while_it_is_read_is_told() -> None:
    with pytest.raises(WorldError) as caught:
        records(b"a,b\n\xff\xff\n")
    assert caught.value.key == "import_changed"


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_header_tells_the_delimiter(delimiter: str) -> None:
    raw = delimiter.join([" id ", "what, where; how", "in"]).encode() if delimiter == "\t" else None
    raw = raw or delimiter.join([" id ", "what", "in"]).encode()
    lines = Lines(io.BytesIO(raw + b"\n1,2;3\t4\n"), "utf-8", PATH)
    header = read_header(lines, {"id", "in"})
    assert header is not None
    assert (header.delimiter, header.cells[0], header.cells[-1]) == (delimiter, "id", "in")
    line = lines.take()
    assert line is not None
    assert (line.number, line.text) == (2, "1,2;3\t4\n")


def test_the_header_may_span_lines_and_follow_blank_ones() -> None:
    lines = Lines(io.BytesIO(b'\n\n"i\nd";what\n1;2\n'), "utf-8", PATH)
    header = read_header(lines, {"what"})
    assert header is not None
    assert (header.cells, header.delimiter) == (["i\nd", "what"], ";")
    line = lines.take()
    assert line is not None
    assert line.number == 5


def test_a_mark_of_gb18030_is_no_part_of_the_header() -> None:
    raw = "\ufeff编号,内容\n".encode("gb18030")
    header = read_header(Lines(io.BytesIO(raw), "gb18030", PATH), set())
    assert header is not None
    assert header.cells == ["编号", "内容"]


def test_no_rows_means_no_header() -> None:
    assert read_header(Lines(io.BytesIO(b""), "utf-8", PATH), set()) is None
    assert read_header(Lines(io.BytesIO(b"\n\r\n"), "utf-8", PATH), set()) is None
