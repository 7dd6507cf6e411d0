"""What a row says becomes a row of history or a report; what it cannot say is refused by field and rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.command import HistoryRow, NewReport
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX
from app.domain.place import Point
from app.domain.refusal import Refusal
from app.intake.columns import Columns
from app.intake.mapping import Position, TableMapping
from app.intake.rows import AHEAD_MS, RowMaker
from tests.unit.intake.sinks import NOW

HISTORY = TableMapping(
    kind="history",
    source="old",
    timezone="Asia/Shanghai",
    time_formats=("%Y-%m-%d %H:%M:%S",),
    required=("unit",),
    columns={
        "external": "id",
        "channel": "channel",
        "what": "what",
        "received_at": "in",
        "due_at": "due",
        "closed_at": "out",
        "unit": "unit",
        "category": "kind",
        "source_category": "kind",
    },
    constants={"area": "990101001"},
    channels={"Call": "phone"},
    categories={"Lamp": "0602"},
    position=Position(lon="x", lat="y", crs="wgs84"),
)
HEADER = ["id", "channel", "what", "in", "due", "out", "unit", "kind", "x", "y"]
ROW = {
    "id": "7",
    "channel": "Call",
    "what": "路灯不亮",
    "in": "2026-03-02 10:00:00",
    "due": "2026-03-03 10:00:00",
    "out": "2026-03-02 11:00:00",
    "unit": "SZ",
    "kind": "Lamp",
    "x": "117.1",
    "y": "30.1",
}
TEN = 1_772_416_800_000
"""2026-03-02T10:00+08:00."""
HOUR = 3_600_000


def make(**cells: str) -> HistoryRow | NewReport | Refusal:
    maker = RowMaker(HISTORY, Columns(HISTORY, HEADER, Path("a.csv")), NOW)
    return maker.make([(ROW | cells)[name] for name in HEADER])


def test_a_row_of_history() -> None:
    assert make() == HistoryRow(
        channel="phone",
        what="路灯不亮",
        received_at=TEN,
        external="old:7",
        due_at=TEN + 24 * HOUR,
        closed_at=TEN + HOUR,
        unit="SZ",
        source_category="Lamp",
        category="0602",
        area="990101001",
        point=Point(117.1, 30.1, "wgs84"),
    )


def test_what_a_row_may_leave_open() -> None:
    row = make(due="", out="", kind="Fallen star", x="", y="")
    assert isinstance(row, HistoryRow)
    assert (row.due_at, row.closed_at, row.point) == (None, None, None)
    assert (row.category, row.source_category) == ("", "Fallen star")


def test_due_before_received_and_closed_at_once_are_the_other_systems_matter() -> None:
    row = make(due="2026-03-01 10:00:00", out=ROW["in"])
    assert isinstance(row, HistoryRow)
    assert (row.due_at, row.closed_at) == (TEN - 24 * HOUR, TEN)


@pytest.mark.parametrize(
    ("cells", "field", "rule"),
    [
        ({"id": " "}, "external", "import_required"),
        ({"what": ""}, "what", "import_required"),
        ({"in": ""}, "received_at", "import_required"),
        ({"unit": ""}, "unit", "import_required"),
        ({"channel": ""}, "channel", "import_required"),
        ({"channel": "Pigeon"}, "channel", "import_channel"),
        ({"in": "02/03/2026"}, "received_at", "import_time"),
        ({"due": "2026-02-30 10:00:00"}, "due_at", "import_time"),
        ({"out": "soon"}, "closed_at", "import_time"),
        ({"in": "0026-03-02 10:00:00"}, "received_at", "import_time_far"),
        ({"due": "2126-03-02 10:00:00"}, "due_at", "import_time_far"),
        ({"in": "2026-03-10 10:00:00"}, "received_at", "import_future"),
        ({"out": "2026-03-10 10:00:00"}, "closed_at", "import_future"),
        ({"out": "2026-03-02 09:59:59"}, "closed_at", "import_closed_before"),
        ({"x": "east"}, "lon", "import_number"),
        ({"x": ""}, "lon", "import_position_half"),
        ({"y": "91"}, "lat", "import_degrees"),
        ({"what": "路" * (LONG_TEXT_MAX + 1)}, "what", "import_cell_long"),
        ({"unit": "x" * (TEXT_MAX + 1)}, "unit", "import_cell_long"),
        ({"what": "lamp\0out"}, "what", "import_nul"),
    ],
)
def test_what_a_row_cannot_say(cells: dict[str, str], field: str, rule: str) -> None:
    made = make(**cells)
    assert isinstance(made, Refusal)
    assert (made.field, made.code) == (field, rule)


def test_a_time_a_little_ahead_is_another_clock() -> None:
    maker = RowMaker(HISTORY, Columns(HISTORY, HEADER, Path("a.csv")), TEN - AHEAD_MS)
    cells = [(ROW | {"out": ""})[name] for name in HEADER]
    assert isinstance(maker.make(cells), HistoryRow)
    earlier = RowMaker(HISTORY, Columns(HISTORY, HEADER, Path("a.csv")), TEN - AHEAD_MS - 1)
    assert isinstance(earlier.make(cells), Refusal)


@pytest.mark.parametrize(("count", "rule"), [(9, "import_cells_few"), (11, "import_cells_many")])
def test_a_ragged_row(count: int, rule: str) -> None:
    maker = RowMaker(HISTORY, Columns(HISTORY, HEADER, Path("a.csv")), NOW)
    made = maker.make([*ROW.values(), "more"][:count])
    assert made == Refusal(rule, "", {"have": str(count), "want": "10"})


def test_a_quoted_value_is_short() -> None:
    made = make(channel="a\nb " * 40)
    assert isinstance(made, Refusal)
    assert made.params == {"value": ("a b " * 10) + "…"}


REPORTS = TableMapping(
    kind="reports",
    source="list",
    timezone="Asia/Shanghai",
    time_formats=("%Y-%m-%d %H:%M:%S",),
    columns={
        "external": "id",
        "what": "what",
        "occurred_at": "when",
        "category": "kind",
        "urgent": "urgent",
        "wants_answer": "answer",
        "address": "address",
        "reporter_phone": "phone",
    },
    constants={"channel": "grid"},
    yes=("是", "Yes"),
    no=("否",),
)
REPORT = {
    "id": "",
    "what": "路灯不亮",
    "when": "2026-03-02 10:00:00",
    "kind": "0602",
    "urgent": "",
    "answer": "",
    "address": "滨河路118号",
    "phone": "",
}


def report(mapping: TableMapping = REPORTS, **cells: str) -> NewReport | Refusal:
    made = RowMaker(mapping, Columns(mapping, list(REPORT), Path("a.csv")), NOW).make(
        list((REPORT | cells).values())
    )
    assert not isinstance(made, HistoryRow)
    return made


def identity(**cells: str) -> str:
    made = report(**cells)
    assert isinstance(made, NewReport)
    return made.id


def test_a_new_report() -> None:
    made = report(id="9", urgent="YES", answer="否", phone="13800000000")
    assert made == NewReport(
        channel="grid",
        what="路灯不亮",
        address="滨河路118号",
        category="0602",
        urgent=True,
        wants_answer=False,
        reporter_phone="13800000000",
        external="list:9",
        occurred_at=TEN,
    )
    plain = report(id="9")
    assert isinstance(plain, NewReport)
    assert (plain.urgent, plain.wants_answer) == (False, True)


def test_a_report_without_a_number_is_known_by_what_it_says() -> None:
    assert identity() == identity(urgent="是") != ""
    others = [{"what": "路灯又不亮"}, {"when": "2026-03-02 10:00:01"}, {"address": "滨河路119号"}]
    assert len({identity(), *(identity(**other) for other in others)}) == 4


def test_no_digest_is_made_of_a_telephone_number() -> None:
    assert identity(phone="13800000000") == identity(phone="13900000000") == identity()
    assert identity(what="请回电13812345678") == identity(what="请回电13899995678")


@pytest.mark.parametrize(
    ("cells", "field", "rule"),
    [
        ({"when": ""}, "", "import_identity"),
        ({"when": "2026-03-10 10:00:00"}, "occurred_at", "import_future"),
        ({"urgent": "maybe"}, "urgent", "import_yes_no"),
        ({"what": " "}, "what", "import_required"),
    ],
)
def test_what_a_report_cannot_say(cells: dict[str, str], field: str, rule: str) -> None:
    made = report(**cells)
    assert isinstance(made, Refusal)
    assert (made.field, made.code) == (field, rule)


def test_a_report_has_no_place_for_a_word_that_no_table_translates() -> None:
    mapping = TableMapping(
        **{name: getattr(REPORTS, name) for name in REPORTS.__struct_fields__ if name != "categories"},
        categories={"Lamp": "0602"},
    )
    made = report(mapping, kind="Star")
    assert isinstance(made, Refusal)
    assert (made.field, made.code) == ("category", "import_category")
    lamp = report(mapping, kind="Lamp")
    assert isinstance(lamp, NewReport)
    assert lamp.category == "0602"
