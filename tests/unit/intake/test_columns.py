"""Fields found in a header, and the header that does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.intake.columns import Columns
from app.intake.mapping import AnyOf, Position, TableMapping

MAPPING = TableMapping(
    kind="reports",
    source="list",
    timezone="Asia/Shanghai",
    join=" / ",
    optional=("flat", "area"),
    columns={
        "external": "id",
        "channel": AnyOf(("渠道", "channel")),
        "what": ("kind", "text"),
        "flat": "door",
        "area": AnyOf(("区域", "area")),
    },
    position=Position(lon="x", lat="y", crs="wgs84"),
)
PATH = Path("a.csv")


def test_fields_are_read_wherever_they_stand() -> None:
    columns = Columns(MAPPING, ["y", "text", "more", "channel", "kind", "id", "x", "渠道"], PATH)
    cells = ["39.3", " lamp out ", "?", "phone", "light", "7", "-76.6", "电话"]
    assert columns.text("what", cells) == "light / lamp out"
    assert columns.text("channel", cells) == "电话"
    assert columns.text("lat", cells) == "39.3"
    assert columns.text("flat", cells) == ""
    assert columns.text("what", ["", "", "", "", " \u3000", "", "", ""]) == ""
    assert columns.name("what") == "kind + text"
    assert columns.name("channel") == "渠道"
    assert columns.name("flat") == "flat"


def test_missing_columns_are_named_all_at_once() -> None:
    with pytest.raises(WorldError) as caught:
        Columns(MAPPING, ["id", "kind", "x"], PATH)
    assert caught.value.key == "import_columns_missing"
    assert caught.value.params["columns"] == "渠道/channel, text, y"
    assert caught.value.params["found"] == "id, kind, x"


def test_a_column_that_is_read_may_stand_once() -> None:
    header = ["id", "渠道", "kind", "text", "x", "y"]
    Columns(MAPPING, [*header, "more", "more"], PATH)
    with pytest.raises(WorldError) as caught:
        Columns(MAPPING, [*header, "kind", "id"], PATH)
    assert (caught.value.key, caught.value.params["columns"]) == ("import_columns_twice", "id, kind")
