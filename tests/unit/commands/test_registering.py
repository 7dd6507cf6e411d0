"""Taking in reports: one code each, what is personal parted off, known ones not written again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.base.clock import HOUR_MS
from app.commands.command import AlreadyDone, Done, NewReport, Outcome
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.domain.code import valid_code
from app.domain.forms import LONG_TEXT_MAX, TEXT_MAX
from app.domain.kinds import incident_subject
from app.domain.place import Point
from app.domain.refusal import Refusal
from tests.helpers.halls import TestHall, actor, hall

INTAKE = actor("intake")
PLAIN: dict[str, Any] = {"channel": "phone", "what": "路灯不亮", "area": "990101001001", "category": "0602"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as opened:
        yield opened


def take(world: TestHall, **report: Any) -> Outcome:
    return world.commander.register(NewReport(**(PLAIN | report)), INTAKE)


def done(world: TestHall, **report: Any) -> Done:
    outcome = take(world, **report)
    assert isinstance(outcome, Done), outcome
    return outcome


def test_a_report_opens_a_case_under_a_code_of_its_own(world: TestHall) -> None:
    codes = [done(world, channel=channel).code for channel in ("phone", "grid", "phone")]
    assert codes[0].startswith("990101-20260309-P-A1001-")
    assert codes[1].startswith("990101-20260309-G-A1002-")
    assert codes[2].startswith("990101-20260309-P-A1003-")
    assert all(valid_code(code) for code in codes)
    case = world.case(done(world).incident)
    assert (case.state, case.what, case.received_at) == ("reported", "路灯不亮", world.clock.now())


def test_what_is_personal_goes_to_the_vault_and_stands_masked(world: TestHall) -> None:
    outcome = done(
        world,
        what=" 邻居张三13812345678在楼道充电 ",
        address="滨河路118号3单元502室",
        reporter_name="李四",
        reporter_phone="139 1234 5678",
    )
    case, vault = world.case(outcome.incident), world.store.vault
    assert case.what == "邻居张三138****5678在楼道充电"
    assert case.original is not None
    assert vault.read(case.original.ref) == "邻居张三13812345678在楼道充电"
    assert case.place.address == "滨河路118号***"
    assert case.place.detail is not None
    assert vault.read(case.place.detail.ref) == "滨河路118号3单元502室"
    assert case.reporter.name is not None
    assert (case.reporter.name.mask, vault.read(case.reporter.name.ref)) == ("李*", "李四")
    assert case.reporter.phone is not None
    assert (case.reporter.phone.mask, vault.read(case.reporter.phone.ref)) == ("139****5678", "139 1234 5678")
    raw = outcome.entries[0].raw.decode()
    for secret in ("13812345678", "502室", "李四", "139 1234 5678"):
        assert secret not in raw
    assert case.reports[0].wants_answer


def test_the_exact_door_given_apart_goes_with_the_address_it_was_cut_from(world: TestHall) -> None:
    for address, flat, mask, exact in (
        ("滨河路118号", "", "滨河路118号", None),
        ("滨河路118号", "三楼左手", "滨河路118号", "三楼左手"),
        ("滨河路118号502室", "左手", "滨河路118号***", "滨河路118号502室 左手"),
    ):
        case = world.case(done(world, address=address, flat=flat).incident)
        assert case.place.address == mask
        detail = case.place.detail
        assert (world.store.vault.read(detail.ref) if detail is not None else None) == exact


def test_who_left_no_name_and_no_number_waits_for_no_answer(world: TestHall) -> None:
    for report, waits in (
        ({}, False),
        ({"reporter_name": "李四"}, True),
        ({"reporter_phone": "13912345678"}, True),
        ({"reporter_phone": "13912345678", "wants_answer": False}, False),
    ):
        case = world.case(done(world, **report).incident)
        assert case.reports[0].wants_answer is waits


def test_the_same_report_is_taken_in_once(world: TestHall) -> None:
    first = done(world, external="hotline:7", id="r1")
    for again in (
        {"external": "hotline:7"},
        {"id": "r1"},
        {"external": "hotline:7", "id": "r2", "what": "别的"},
    ):
        assert take(world, **again) == AlreadyDone(first.incident, first.entries[0].gseq)
    assert isinstance(take(world, external="hotline:8", id="r3"), Done)


def test_a_further_report_joins_an_open_case(world: TestHall) -> None:
    first = done(world)
    world.time.advance(HOUR_MS)
    again = done(
        world, joins=first.incident, what="还是不亮", channel="hotline", reporter_phone="13912345678"
    )
    assert (again.incident, again.code) == (first.incident, first.code)
    case = world.case(first.incident)
    assert [r.channel for r in case.reports] == ["phone", "hotline"]
    assert (case.what, case.reports[1].received_at) == ("路灯不亮", world.clock.now())
    assert again.entries[0].entry.base == {incident_subject(case.id): first.entries[0].gseq}


def test_nothing_joins_what_is_closed_unknown_or_closing(world: TestHall) -> None:
    first = done(world)
    assert take(world, joins="nobody") == Refusal("case_not_open", "joins")
    withdraw = {"how_reporter_said_so": "电话"}

    class Closing:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.store, name)

        def append(self, *args: Any, **more: Any) -> Any:
            if world.case(first.incident).state == "reported":
                world.do(first.incident, "withdraw", INTAKE, **withdraw)
            return world.store.append(*args, **more)

    desk = Desk(Closing(), lambda: world.projector.hall, world.clock, letters="A1")  # type: ignore[arg-type]
    outcome = Commander(desk).register(NewReport(**(PLAIN | {"joins": first.incident})), INTAKE)
    assert outcome == Refusal("case_not_open", "joins")
    assert len(world.case(first.incident).reports) == 1
    assert take(world, joins=first.incident) == Refusal("case_not_open", "joins")


def test_two_programs_with_the_same_letters_never_give_the_same_code(world: TestHall) -> None:
    desks = [Desk(world.store, lambda: world.projector.hall, world.clock, letters="A1") for _ in range(2)]
    codes = []
    for _ in range(4):
        for desk in desks:
            outcome = Commander(desk).register(NewReport(**PLAIN), INTAKE)
            assert isinstance(outcome, Done)
            codes.append(outcome.code)
    assert len(set(codes)) == 8


@pytest.mark.parametrize(
    ("report", "code", "field"),
    [
        ({"channel": "pigeon"}, "field_choice", "channel"),
        ({"what": "  "}, "field_missing", "what"),
        ({"what": "x" * (LONG_TEXT_MAX + 1)}, "field_long", "what"),
        ({"address": "x" * (TEXT_MAX + 1)}, "field_long", "address"),
        ({"reporter_name": "x" * (TEXT_MAX + 1)}, "field_long", "reporter_name"),
        ({"reporter_phone": "1" * (TEXT_MAX + 1)}, "field_long", "reporter_phone"),
        ({"external": "x" * (TEXT_MAX + 1)}, "field_long", "external"),
        ({"id": "x" * (TEXT_MAX + 1)}, "field_long", "id"),
        ({"area": "990109"}, "field_area", "area"),
        ({"category": "06"}, "field_category", "category"),
        ({"category": "9999"}, "field_category", "category"),
        ({"point": Point(181, 0)}, "field_position", "point"),
        ({"point": Point(float("nan"), 0)}, "field_position", "point"),
        ({"occurred_at": -1}, "field_time", "occurred_at"),
    ],
)
def test_what_is_refused(world: TestHall, report: dict[str, Any], code: str, field: str) -> None:
    head = world.store.head()
    outcome = take(world, **report)
    assert isinstance(outcome, Refusal)
    assert (outcome.code, outcome.field) == (code, field)
    assert world.store.head() == head


def test_who_may_register(world: TestHall) -> None:
    for role in ("handler", "dispatcher", "auditor"):
        outcome = world.commander.register(NewReport(**PLAIN), actor(role))
        assert isinstance(outcome, Refusal)
        assert outcome.code == "role_may_not"
    for role in ("intake", "grid_worker", "system"):
        assert isinstance(world.commander.register(NewReport(**PLAIN), actor(role)), Done)


def test_what_the_source_says_of_time_is_kept_apart(world: TestHall) -> None:
    claimed = world.clock.now() - HOUR_MS
    outcome = done(world, occurred_at=claimed)
    assert outcome.entries[0].entry.occurred_at == claimed
    assert world.case(outcome.incident).received_at == world.clock.now()


def test_a_point_stays_as_it_came(world: TestHall) -> None:
    point = Point(117.01, 30.02, "gcj02", "outside")
    case = world.case(done(world, point=point).incident)
    assert case.place.point == point
    assert msgspec.json.decode(world.store.history(incident_subject(case.id))[0].entry.body)["place"][
        "point"
    ] == {
        "lon": 117.01,
        "lat": 30.02,
        "crs": "gcj02",
        "flag": "outside",
    }
