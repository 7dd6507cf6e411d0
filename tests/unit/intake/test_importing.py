"""A whole file: every row taken, known or refused, whatever is wrong with it."""

from __future__ import annotations

import csv
from pathlib import Path
from string import Formatter

import pytest

from app.base.errors import MusterError, UsageError, WorldError
from app.commands.command import HistoryRow, NewReport
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.intake.import_report import REASONS_KEPT, RefusedRow
from app.intake.importing import BATCH_BYTES, BATCH_ROWS, import_table
from app.intake.mapping_file import load_mapping
from app.intake.tables import csv_table
from app.intake.tables.csv_lines import ROW_BYTES_MAX
from tests.unit.intake.sinks import CLERK, HEADER, HISTORY, NOW, Sink, good, language, run, write

CONFIG = Path(__file__).parents[3] / "config"


def refused(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1), good(2)], encoding, delimiter)
    sink = Sink()
    report = run(path, sink)
    assert (report.rows, report.taken, report.refused, report.read_as) == (2, 2, 0, encoding)
    assert [row.external for row in sink.rows] == ["old:1", "old:2"]
    assert {row.what for row in sink.rows} == {"路灯不亮"}


def test_each_refused_row_has_line_field_and_rule(tmp_path: Path) -> None:
    lines = [
        ",".join(HEADER),
        ",".join(good(1)),
        "2,too few",
        ",".join([*good(3), "too many"]),
        ",".join(good(4)).replace("2026-03-02 10", "2026-02-30 10"),
        '5,"two\nlines",,,',
        "",
        ",".join(good(6)).replace("11:00:00", "09:00:00"),
        '7,"never closed,a,b,c',
        "8," + "x" * ROW_BYTES_MAX + ",a,b,c",
        "9,nu\0l,a,b,c",
        ",".join(good(10)),
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    sink = Sink()
    report = run(path, sink, refused_path=tmp_path / "refused.csv")
    expected = [
        (3, "", "import_cells_few"),
        (4, "", "import_cells_many"),
        (5, "in", "import_time"),
        (6, "in", "import_required"),
        (9, "out", "import_closed_before"),
        (10, "", "import_quotes"),
        (11, "", "import_row_long"),
        (12, "what", "import_nul"),
    ]
    rows = refused(tmp_path / "refused.csv")
    assert rows[0] == ["Line", "Column", "Rule", "Reason", *HEADER]
    assert [(int(row[0]), row[1], row[2]) for row in rows[1:]] == expected
    assert [(row.line, row.field, row.rule) for row in report.first_refused] == expected
    assert [row.reason for row in report.first_refused] == [row[3] for row in rows[1:]]
    assert rows[1][4:] == ["2", "too few"]
    assert rows[4][4:] == ["5", "two\nlines", "", "", ""]
    assert [row.external for row in sink.rows] == ["old:1", "old:10"]
    assert (report.rows, report.taken, report.refused) == (10, 2, 8)
    assert sum(report.by_reason.values()) == 8


def test_a_mended_refused_file_is_taken_with_the_same_mapping(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1), ["2", "", *good(2)[2:]]], "gb18030", ";")
    sink = Sink()
    run(path, sink, refused_path=tmp_path / "refused.csv")
    text = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig")
    assert ";2;;" in text
    (tmp_path / "refused.csv").write_text(text.replace(";2;;", ";2;lamp;"), encoding="utf-8-sig")
    report = run(tmp_path / "refused.csv", sink)
    assert (report.taken, report.refused) == (1, 0)
    assert [row.what for row in sink.rows] == ["路灯不亮", "lamp"]


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, *map(good, range(3)), ["x"]])
    sink = Sink()
    first = run(path, sink)
    second = run(path, sink)
    assert (first.taken, first.known, first.refused) == (3, 0, 1)
    assert (second.taken, second.known, second.refused) == (0, 3, 1)
    assert len(sink.rows) == 3


def test_a_number_that_comes_again_is_known_also_in_one_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1), good(2), good(1), good(3)])
    sink = Sink()
    report = run(path, sink)
    assert (report.taken, report.known) == (3, 1)
    assert sink.batches == [2, 2]


def test_batches_are_bounded_in_rows_and_bytes(tmp_path: Path) -> None:
    sink = Sink()
    run(write(tmp_path / "a.csv", [HEADER, *map(good, range(BATCH_ROWS + 1))]), sink)
    assert sink.batches == [BATCH_ROWS, 1]
    big = [[*good(number), "x" * (ROW_BYTES_MAX - 100)] for number in range(BATCH_BYTES // ROW_BYTES_MAX + 2)]
    sink = Sink()
    run(write(tmp_path / "b.csv", [[*HEADER, "more"], *big]), sink)
    assert sink.batches == [BATCH_BYTES // ROW_BYTES_MAX, 2]


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_rerun_after_an_interruption_completes(tmp_path: Path, batches: int) -> None:
    path = write(tmp_path / "a.csv", [HEADER, *map(good, range(3 * BATCH_ROWS)), ["x"]])
    sink = Sink()
    sink.fails_after = batches
    with pytest.raises(KeyboardInterrupt):
        run(path, sink, refused_path=tmp_path / "refused.csv")
    assert len(sink.rows) == batches * BATCH_ROWS
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
    sink.fails_after = None
    report = run(path, sink, refused_path=tmp_path / "refused.csv")
    assert (report.known, report.taken) == (batches * BATCH_ROWS, (3 - batches) * BATCH_ROWS)
    assert len({row.external for row in sink.rows}) == len(sink.rows) == 3 * BATCH_ROWS
    assert len(refused(tmp_path / "refused.csv")) == 2


def test_a_refusal_of_the_hall_is_written_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1), good(2), ["x"], good(3)])
    no = {"old:2": Refusal("field_area", "received_at", words=Label("区域不在树中", "No such area"))}
    report = run(path, Sink(no), refused_path=tmp_path / "r.csv", words=language("zh"))
    assert report.first_refused[0] == RefusedRow(3, "in", "field_area", "区域不在树中")
    assert [row[0] for row in refused(tmp_path / "r.csv")] == ["行号", "3", "4"]
    assert (report.taken, report.by_reason) == (2, {"field_area": 1, "import_cells_few": 1})


def test_a_dry_run_offers_nothing_and_tells_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1), ["x"]])
    sink = Sink()
    report = run(path, sink, dry_run=True, refused_path=tmp_path / "r.csv")
    assert (sink.rows, sink.batches) == ([], [])
    assert (report.rows, report.taken, report.known, report.refused) == (2, 1, 0, 1)
    assert len(refused(tmp_path / "r.csv")) == 2


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, *map(good, range(2 * BATCH_ROWS))], "utf-8-sig")
    told: list[tuple[int, int, int]] = []
    import_table(
        path,
        HISTORY,
        Sink(),
        CLERK,
        language=language(),
        now=NOW,
        progress=lambda rows, done, total: told.append((rows, done, total)),
    )
    size = path.stat().st_size
    assert [rows for rows, _, _ in told] == [BATCH_ROWS, 2 * BATCH_ROWS]
    assert told[0][1] < told[1][1] == size
    assert {total for _, _, total in told} == {size}


def test_a_report_shows_a_few_reasons_only(tmp_path: Path) -> None:
    report = run(write(tmp_path / "a.csv", [HEADER, *([["x"]] * (REASONS_KEPT + 5))]), Sink())
    assert len(report.first_refused) == REASONS_KEPT
    assert report.by_reason == {"import_cells_few": REASONS_KEPT + 5}


def faulty(path: Path, sink: Sink) -> MusterError:
    with pytest.raises(MusterError) as caught:
        run(path, sink, refused_path=path.with_name("refused.csv"))
    assert sink.rows == []
    assert not path.with_name("refused.csv").exists()
    for code in ("zh", "en"):
        line = language(code).error(caught.value)
        assert path.name in line
        assert "\n" not in line
    return caught.value


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "import_empty"),
        (b"\r\n\r\n", "import_empty"),
        (b"id,what\n1,2\n", "import_columns_missing"),
        (b"id,id,what,in,due,out\n", "import_columns_twice"),
        (b"\xff\xfei\0d\0", "import_encoding"),
        ("id,what\n1,路".encode("utf-16-le"), "import_header"),
        ("id,what\n".encode("utf-16-le"), "import_header"),
        (b'id,"what\n1,2\n', "import_header"),
        (b"x" * (ROW_BYTES_MAX + 1), "import_header"),
        (b"id,what,in,due,out\r1,lamp,a,b,c\r", "import_header"),
        (b"PK\x03\x04\x14\x00\x08\x08\x08\xff\x93", "import_xlsx_broken"),
    ],
)
def test_a_file_that_is_no_such_table(tmp_path: Path, raw: bytes, key: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    assert faulty(path, Sink()).key == key


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert faulty(tmp_path / "none.csv", Sink()).key == "import_unreadable"
    (tmp_path / "folder.csv").mkdir()
    assert faulty(tmp_path / "folder.csv", Sink()).key == "import_unreadable"


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    report = run(write(tmp_path / "a.csv", [HEADER]), Sink(), refused_path=tmp_path / "r.csv")
    assert (report.rows, report.by_reason) == (0, {})
    assert len(refused(tmp_path / "r.csv")) == 1


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1)])
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        run(path, Sink(), refused_path=tmp_path / "." / "a.csv")
    assert caught.value.key == "import_refused_is_source"
    assert path.read_bytes() == before


def test_a_disk_that_fails_on_the_way_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.csv", [HEADER, good(1)])

    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(csv_table, "decide_encoding", failing)
    with pytest.raises(WorldError) as caught:
        run(path, Sink())
    assert caught.value.key == "import_unreadable"


def test_a_sink_that_loses_rows_is_a_bug(tmp_path: Path) -> None:
    class Lossy(Sink):
        def import_rows(self, rows, actor):  # type: ignore[no-untyped-def]
            return super().import_rows(rows, actor)[1:]

    with pytest.raises(ValueError, match="2 rows were offered and 1 outcomes came back"):
        run(write(tmp_path / "a.csv", [HEADER, good(1), good(2)]), Lossy())


@pytest.mark.parametrize(
    "header", [["渠道", "内容", "发生时间", "经度", "纬度"], ["channel", "what", "occurred_at", "lon", "lat"]]
)
def test_the_plain_mapping_takes_chinese_and_english_headers(tmp_path: Path, header: list[str]) -> None:
    rows = [
        header,
        ["电话", "路灯不亮", "2026/3/2 9:05", "117.1", "30.1"],
        ["grid", "井盖缺失", "2026年3月2日 09:05", "0", "0"],
        ["phone", "没有时间", "", "", ""],
    ]
    mapping = load_mapping(CONFIG / "mappings" / "muster_reports.toml")
    path = write(tmp_path / "a.csv", rows, "gb18030")
    sink = Sink()
    report = run(path, sink, mapping)
    assert (report.taken, report.refused, report.by_reason) == (2, 1, {"import_identity": 1})
    assert (report.flagged, report.by_flag) == (1, {"placeholder": 1})
    assert all(isinstance(row, NewReport) for row in sink.rows)
    assert [row.channel for row in sink.rows] == ["phone", "grid"]
    assert run(path, sink, mapping).known == 2


def test_flagged_rows_are_taken(tmp_path: Path) -> None:
    mapping = load_mapping(CONFIG / "mappings" / "requests311.toml")
    header = ["id", "SRType", "MethodReceived", "CreatedDate", "DueDate", "CloseDate", "Agency", "Address"]
    header += ["Latitude", "Longitude"]
    rows = [
        ["1", "Lamp", "Phone", "2018-03-10 10:00:00", "", "", "BGE", "", "39.3", "-76.6"],
        ["2", "Lamp", "API", "2018-03-10 10:00:00", "", "", "BGE", "", "39.0", "-77.0"],
        ["3", "Lamp", "Mail", "2018-03-10 10:00:00", "", "", "BGE", "", "39.0", "-76.0"],
    ]
    sink = Sink()
    report = run(write(tmp_path / "a.csv", [header, *rows]), sink, mapping)
    assert (report.taken, report.flagged) == (3, 2)
    assert report.by_flag == {"placeholder": 1, "outside": 1}
    flags = [row.point.flag if row.point else "" for row in sink.rows if isinstance(row, HistoryRow)]
    assert flags == [None, "placeholder", "outside"]


def test_every_reason_has_its_sentence(tmp_path: Path) -> None:
    """The values a reason gives are those its sentence asks for, in both languages."""
    lines = [",".join(HEADER), "x", ",".join([*good(1), "x"]), '2,"a"b,c,d,e', "3,a\rb,c,d,e"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    for code in ("zh", "en"):
        report = run(path, Sink(), words=language(code))
        assert [row.rule for row in report.first_refused] == [
            "import_cells_few",
            "import_cells_many",
            "import_quotes",
            "import_line_end",
        ]
        for row in report.first_refused:
            assert all(name is None for _, name, _, _ in Formatter().parse(row.reason))
