"""Importing history: one entry a row, their own times, a second run changes nothing, bad rows harm no
others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import DAY_MS, HOUR_MS
from app.commands.command import AlreadyDone, Done, HistoryRow
from app.domain import timing
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX
from app.domain.place import Point
from app.domain.refusal import Refusal
from tests.helpers.halls import MONDAY_9, TestHall, actor, hall

ADMIN = actor("admin")
WHEN = MONDAY_9 - 30 * DAY_MS


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as opened:
        yield opened


def row(number: object, **more: Any) -> HistoryRow:
    fields: dict[str, Any] = {"channel": "hotline", "what": "路灯不亮", "received_at": WHEN}
    return HistoryRow(**{**fields, "external": f"old:{number}", **more})


def test_rows_become_cases_with_their_own_times(world: TestHall) -> None:
    rows = [
        row(1, due_at=WHEN + DAY_MS, closed_at=WHEN + 2 * DAY_MS, unit="路灯所", source_category="照明"),
        row(2, due_at=WHEN + DAY_MS, closed_at=WHEN + HOUR_MS),
        row(3, due_at=WHEN + DAY_MS),
    ]
    head = world.store.head().gseq
    outcomes = world.commander.import_rows(rows, ADMIN)
    assert world.store.head().gseq == head + 3
    cases = []
    for outcome in outcomes:
        assert isinstance(outcome, Done)
        assert len(outcome.entries) == 1
        assert outcome.code.startswith("990101-20260207-H-A1")
        cases.append(world.case(outcome.incident))
    assert [(c.state, c.result, c.received_at) for c in cases] == [
        ("closed", "done", WHEN),
        ("closed", "done", WHEN),
        ("filed", "", WHEN),
    ]
    book = world.commander.desk.book()
    assert [timing.closed_late(book, case) for case in cases] == [True, False, None]
    assert all(case.clocks == () for case in cases)
    assert cases[0].history is not None
    assert (cases[0].history.unit, cases[0].history.category) == ("路灯所", "照明")


def test_a_second_run_changes_nothing(world: TestHall) -> None:
    first = world.commander.import_rows([row(1), row(2)], ADMIN)
    head = world.store.head()
    again = world.commander.import_rows([row(1), row(2, what="改过")], ADMIN)
    assert world.store.head() == head
    for before, after in zip(first, again, strict=True):
        assert isinstance(before, Done)
        assert after == AlreadyDone(before.incident, before.entries[0].gseq)


def test_known_new_doubled_and_bad_rows_each_get_their_own_answer(world: TestHall) -> None:
    world.commander.import_rows([row(1)], ADMIN)
    outcomes = world.commander.import_rows([row(1), row(2), row(2), row(3, what=" "), row(4)], ADMIN)
    assert [type(o).__name__ for o in outcomes] == ["AlreadyDone", "Done", "Refusal", "Refusal", "Done"]
    assert [o.code for o in outcomes if isinstance(o, Refusal)] == ["external_twice", "field_missing"]


def test_an_external_number_of_a_report_is_known_too(world: TestHall) -> None:
    case = world.register(external="old:9")
    assert world.commander.import_rows([row(9)], ADMIN) == [AlreadyDone(case.id, world.case(case.id).seen)]


def test_what_is_personal_in_old_rows_is_masked_and_sealed(world: TestHall) -> None:
    outcome = world.commander.import_rows(
        [row(1, what="张三13812345678", address="3单元502室", unit="王科13900001111")], ADMIN
    )[0]
    assert isinstance(outcome, Done)
    raw = outcome.entries[0].raw.decode()
    for secret in ("13812345678", "502室", "13900001111"):
        assert secret not in raw
    case = world.case(outcome.incident)
    assert case.original is not None
    assert world.store.vault.read(case.original.ref) == "张三13812345678"
    assert case.place.detail is not None
    assert world.store.vault.read(case.place.detail.ref) == "3单元502室"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"channel": "x"}, "field_choice", "channel"),
        ({"external": ""}, "field_missing", "external"),
        ({"what": "x" * (LONG_TEXT_MAX + 1)}, "field_long", "what"),
        ({"address": "x" * (TEXT_MAX + 1)}, "field_long", "address"),
        ({"unit": "x" * (TEXT_MAX + 1)}, "field_long", "unit"),
        ({"external": "x" * (TEXT_MAX + 1)}, "field_long", "external"),
        ({"received_at": 0}, "field_time", "received_at"),
        ({"due_at": 1 << 60}, "field_time", "due_at"),
        ({"closed_at": -5}, "field_time", "closed_at"),
        ({"category": "9876"}, "field_category", "category"),
        ({"area": "1"}, "field_area", "area"),
        ({"point": Point(0, 91)}, "field_position", "point"),
    ],
)
def test_a_bad_row_is_refused_by_field(world: TestHall, more: dict[str, Any], code: str, field: str) -> None:
    good, bad = world.commander.import_rows([row(1), row(2, **more)], ADMIN)
    assert isinstance(good, Done)
    assert isinstance(bad, Refusal)
    assert (bad.code, bad.field) == (code, field)


def test_who_may_import(world: TestHall) -> None:
    assert all(
        isinstance(o, Refusal) for o in world.commander.import_rows([row(1), row(2)], actor("auditor"))
    )
    for number, role in enumerate(("admin", "intake", "system")):
        assert isinstance(world.commander.import_rows([row(number)], actor(role))[0], Done)
    assert world.commander.import_rows([], ADMIN) == []
