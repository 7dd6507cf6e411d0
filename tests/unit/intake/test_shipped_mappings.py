"""The shipped mappings take what they describe, in every format, from the file to the sink."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import msgspec
import openpyxl
import pytest

from app.commands.command import HistoryRow, NewReport
from app.commands.rules_files import load_rules
from app.intake.mapping import TableMapping
from app.intake.mapping_file import load_mapping
from tests.unit.intake.sinks import Sink, run
from tests.unit.intake.tables.books import book, row, sheet, text

CONFIG = Path(__file__).parents[3] / "config"


def shipped(name: str) -> TableMapping:
    rules = load_rules(CONFIG / "rules").rules
    assert rules is not None
    return load_mapping(CONFIG / "mappings" / f"{name}.toml", {each.code for each in rules.categories})


def test_every_shipped_mapping_is_sound() -> None:
    names = sorted(path.stem for path in (CONFIG / "mappings").glob("*.toml"))
    assert len([shipped(name) for name in names]) == len(names) >= 6


def test_a_register_in_a_workbook(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    day = datetime(2026, 3, 2)  # noqa: DTZ001 - a workbook knows no zone
    rows: list[list[object]] = [
        ["某街道诉求登记表"],
        ["编号", "来源", "内容", "时间", "区域代码", "地址", "门牌", "紧急", "姓名", "电话"],
        [1, "来电", "路灯不亮", day.replace(hour=9, minute=5), None, "滨河路118号",
            "2单元301", "是", "王某", 13800000000],
        [2, "网格", "井盖缺失", "2026年3月2日 09:05", None, None, None, "否", None, None],
        [3, "口头", "渠道不明", day, None, None, None, "否", None, None],
    ]  # fmt: skip
    for cells in rows:
        made.active.append(cells)
    made.active.merge_cells("A1:J1")
    made.save(tmp_path / "a.xlsx")
    sink = Sink()
    report = run(tmp_path / "a.xlsx", sink, shipped("register_workbook"))
    first, second = sink.rows
    assert isinstance(first, NewReport)
    assert (first.external, first.channel, first.urgent) == ("register:1", "phone", True)
    assert (first.reporter_phone, first.flat) == ("13800000000", "2单元301")
    # 2026-03-02 09:05 in Shanghai, as the workbook stores it and as the text says.
    assert isinstance(second, NewReport)
    assert first.occurred_at == second.occurred_at == 1_772_413_500_000
    assert [(each.line, each.field, each.rule) for each in report.first_refused] == [
        (5, "来源", "import_channel")
    ]
    assert (report.read_as, [note.key for note in report.notes]) == ("xlsx Sheet", ["merged"])


@pytest.mark.parametrize("shape", ["array", "lines"])
def test_orders_as_json(tmp_path: Path, shape: str) -> None:
    order = {
        "orderId": "H-1",
        "title": "路灯",
        "content": "不亮",
        "callTime": "2026-03-02T09:05:00+08:00",
        "place": {"lon": 117.1, "lat": 30.1, "address": "滨河路118号", "areaCode": ""},
        "caller": {"name": "王某", "phone": "13800000000"},
        "urgent": False,
        "needReply": True,
    }
    late = {**order, "orderId": "H-2", "callTime": "2026-03-32T09:05:00+08:00"}
    path = tmp_path / "a.json"
    mapping = shipped("hotline_json")
    if shape == "array":
        path.write_text(json.dumps({"code": 0, "data": {"orders": [order, late], "units": [{"id": 1}]}}))
    else:
        mapping = msgspec.structs.replace(mapping, records="")
        path.write_text(f"{json.dumps(order)}\n{json.dumps(late)}\n")
    sink = Sink()
    report = run(path, sink, mapping)
    assert (report.taken, report.by_reason) == (1, {"import_time": 1})
    assert report.first_refused[0].field == "callTime"
    made = sink.rows[0]
    assert isinstance(made, NewReport)
    assert (made.what, made.address, made.reporter_name) == ("路灯 不亮", "滨河路118号", "王某")
    assert made.occurred_at == 1_772_413_500_000
    assert made.point is not None
    assert (made.point.crs, made.wants_answer, made.urgent) == ("gcj02", True, False)


def test_cases_as_xml(tmp_path: Path) -> None:
    case = (
        '<case id="{}"><description>道路破损</description><received>2026-03-02T09:05:00</received>'
        "<due>2026-03-04T09:05:00</due><unit>交通局</unit><type>道路</type>"
        '<place><address>滨河路</address><point lon="117.1" lat="30.1"/></place></case>'
    )
    cases = f"<cases><sent/>{case.format(1)}\n{case.format(2).replace('道路破损', '')}</cases>"
    path = tmp_path / "a.xml"
    path.write_bytes(f'<?xml version="1.0" encoding="GBK"?>{cases}'.encode("gbk"))
    sink = Sink()
    report = run(path, sink, shipped("department_xml"), refused_path=tmp_path / "refused.csv")
    assert (report.taken, report.read_as) == (1, "xml gb18030")
    assert [(each.line, each.field, each.rule) for each in report.first_refused] == [
        (2, "description", "import_required")
    ]
    made = sink.rows[0]
    assert isinstance(made, HistoryRow)
    assert (made.external, made.unit, made.received_at) == ("department_xml:1", "交通局", 1_772_413_500_000)
    assert made.point is not None
    head, refused = (tmp_path / "refused.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head.split(",")[4:] == [
        "@id",
        "description",
        "received",
        "due",
        "unit",
        "type",
        "place.address",
        "place.point.@lon",
        "place.point.@lat",
    ]
    assert refused.startswith("2,description,import_required,")


def test_a_faulty_cell_counts_only_where_it_is_read(tmp_path: Path) -> None:
    header = row("编号", "来源", "内容", "时间", "合计")
    formula = "<c><f>SUM(A1)</f></c>"
    rows = [
        f"<row>{text('1')}{text('来电')}{text('路灯不亮')}{text('2026-03-02 09:05')}{formula}</row>",
        f"<row>{text('2')}{text('来电')}{formula}{text('2026-03-02 09:05')}<c/></row>",
        f"<row>{text('3')}{text('来电')}<c t='e'><v>#REF!</v></c>{text('2026-03-02 09:05')}</row>",
    ]
    sink = Sink()
    report = run(book(tmp_path / "a.xlsx", sheet(header + "".join(rows))), sink, shipped("register_workbook"))
    assert [each.external for each in sink.rows] == ["register:1"]
    assert [(each.line, each.field, each.rule) for each in report.first_refused] == [
        (3, "内容", "import_formula"),
        (4, "内容", "import_cell_error"),
    ]


def test_words_for_areas_become_codes(tmp_path: Path) -> None:
    mapping = msgspec.structs.replace(
        shipped("muster_reports"), areas={"滨河社区": "990101001001"}, optional=()
    )
    mapping = msgspec.structs.replace(
        mapping, columns={"external": "n", "channel": "c", "what": "w", "area": "a"}, position=None
    )
    path = tmp_path / "a.csv"
    path.write_text("n,c,w,a\n1,电话,灯,滨河社区\n2,电话,灯,990101\n", encoding="utf-8")
    sink = Sink()
    run(path, sink, mapping)
    assert [each.area for each in sink.rows] == ["990101001001", "990101"]
