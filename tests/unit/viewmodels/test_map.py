"""The map: what is drawn is the list, what is not is counted with its list, nobody's words stand on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.base.clock import DAY_MS, MINUTE_MS, SECOND_MS
from app.domain.incident import Incident
from app.domain.label import Label
from app.domain.place import Point
from app.geo.mercator import to_world
from app.projections.selecting import Filter
from app.viewmodels.board import BoardModel
from app.viewmodels.map import AREAS, CASES, LIGHTS, UNITS, MapModel
from app.viewmodels.map_units import UnitPosition
from app.viewmodels.signal import Keys
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall

HERE = Point(117.0, 30.0)
NEXT = Point(117.004, 30.003)


class Fixes:
    """Positions that a test sets."""

    def __init__(self) -> None:
        self.version = 0
        self.units: list[UnitPosition] = []

    def say(self, *units: UnitPosition) -> None:
        self.units = list(units)
        self.version += 1

    def since(self, version: int) -> Sequence[UnitPosition]:
        return self.units


@pytest.fixture
def test(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as made:
        yield made


def warm(model: MapModel) -> None:
    while model.warm():
        pass


def drawn(model: MapModel) -> list[str]:
    return sorted(model.incident(int(row)) for row in model.cases().rows)


def ids(*cases: Incident) -> list[str]:
    return sorted(case.id for case in cases)


def test_cases_lie_where_they_were_put_and_the_rest_is_counted(test: TestHall) -> None:
    one, two = test.register(point=HERE), test.register(point=NEXT)
    bare = test.register()
    held = test.register(point=Point(0.0, 0.0, flag="placeholder"))
    away = test.register(point=Point(121.5, 31.2, flag="outside"))
    context = glass(test)
    model = MapModel(context)
    assert model.loading
    assert drawn(model) == []
    warm(model)
    assert not model.loading
    assert drawn(model) == ids(one, two)
    row = model.row_of(one.id)
    assert row is not None
    assert model.place_of(one.id) == pytest.approx([float(v) for v in to_world(HERE.lon, HERE.lat)])
    assert [model.place_of(case.id) for case in (bare, held, away)] == [None, None, None]
    counts = {each.id: each for each in model.counts()}
    assert {why: each.count for why, each in counts.items()} == {
        "drawn": 2,
        "outside": 1,
        "placeholder": 1,
        "lacking": 1,
    }
    board = BoardModel(context)
    for why, cases in (
        ("drawn", (one, two)),
        ("outside", (away,)),
        ("placeholder", (held,)),
        ("lacking", (bare,)),
    ):
        board.show(counts[why].opens)
        assert sorted(str(board.key(place)) for place in range(board.count())) == ids(*cases)
        assert str(counts[why].count) in counts[why].text


def test_what_lies_far_out_is_outside_though_nobody_flagged_it(test: TestHall) -> None:
    for _ in range(3):
        test.register(point=HERE, area="990101001001001")
    far = test.register(point=Point(117.6, 30.0), area="")
    model = MapModel(glass(test))
    warm(model)
    assert [(each.id, each.count) for each in model.counts()] == [("drawn", 3), ("outside", 1)]
    assert far.id not in drawn(model)


def test_areas_without_points_lie_where_their_cases_do(test: TestHall) -> None:
    model = MapModel(glass(test))
    warm(model)
    assert (model.areas(), model.bounds()) == ((), None)
    test.register(point=HERE, area="990101001001001")
    model = MapModel(glass(test))
    heard: list[Keys] = []
    model.changed.connect(heard.append)
    warm(model)
    assert [area.level for area in model.areas()] == ["street", "community", "grid"]
    assert frozenset((AREAS,)) in heard
    box = model.bounds()
    assert box is not None
    x, y = to_world([HERE.lon], [HERE.lat])
    assert box.inside(x, y).all()


def test_the_map_follows_the_board(test: TestHall) -> None:
    here = test.register(point=HERE, area="990101001001")
    there = test.register(point=NEXT, area="990101002", what="桥下积水")
    context = glass(test)
    board = BoardModel(context)
    model = MapModel(context, follows=board)
    warm(model)
    assert drawn(model) == ids(here, there)
    board.show(Filter("open", street="990101002"))
    assert drawn(model) == [there.id]
    assert context.area("990101002") in model.note()
    board.show(Filter("open"), search="积水")
    assert drawn(model) == [there.id]
    board.show(Filter("overdue"))
    assert drawn(model) == []
    assert [(each.id, each.count) for each in model.counts()] == [("drawn", 0)]


def test_a_case_that_is_looked_at_is_drawn_beside_the_list(test: TestHall) -> None:
    here = test.register(point=HERE, area="990101001001")
    there = test.register(point=NEXT, area="990101002")
    context = glass(test)
    board = BoardModel(context)
    board.show(Filter("open", street="990101002"))
    model = MapModel(context, follows=board)
    warm(model)
    assert model.look_at(here.id) == model.row_of(here.id)
    assert drawn(model) == ids(here, there)
    assert [(each.id, each.count) for each in model.counts()] == [("drawn", 1)]
    model.look_at("")
    assert drawn(model) == [there.id]
    assert model.look_at("nobody") is None


def test_a_case_that_comes_or_closes_is_told(test: TestHall) -> None:
    test.register(point=HERE)
    context = glass(test)
    model = MapModel(context)
    warm(model)
    heard: list[Keys] = []
    model.changed.connect(heard.append)
    new = test.register(point=NEXT, category="1901")
    context.pulse.beat()
    warm(model)
    assert new.id in drawn(model)
    assert frozenset((CASES,)) in heard
    test.do(new, "answered_at_once", actor("intake"), **test.fill("answered_at_once", new))
    context.pulse.beat()
    warm(model)
    assert new.id not in drawn(model)


def test_lights_change_with_time_alone_and_what_burns_lies_uppermost(test: TestHall) -> None:
    calm = test.dispatched(point=HERE)
    urgent = test.dispatched(point=NEXT, category="0801", life_danger=True)
    context = glass(test)
    model = MapModel(context)
    warm(model)
    before = {
        int(row): int(light) for row, light in zip(model.cases().rows, model.cases().light, strict=True)
    }
    assert drawn(model) == ids(calm, urgent)
    assert model.incident(int(model.cases().rows[-1])) == urgent.id
    assert model.cases().urgency.tolist()[-1] == 2
    test.time.set(test.clock.now() + 30 * DAY_MS)
    context.pulse.beat()
    after = {int(row): int(light) for row, light in zip(model.cases().rows, model.cases().light, strict=True)}
    assert before != after
    assert {LIGHTS[light] for light in after.values()} == {"overdue"}


def test_no_name_number_or_word_of_a_reporter(test: TestHall) -> None:
    case = test.register(
        point=HERE,
        what="邻居王小明家漏水",
        address="滨河路118号",
        flat="2单元301室",
        reporter_name="刘桂兰",
        reporter_phone="13912345678",
    )
    context = glass(test)
    model = MapModel(context)
    warm(model)
    row = model.row_of(case.id)
    assert row is not None
    said = " ".join((*model.words.case(row), model.words.case_label(row), model.note()))
    assert "滨河路118号" in said
    assert context.category("0602") in said
    for secret in ("王小明", "漏水", "301", "刘桂兰", "1391234"):
        assert secret not in said


def test_units_fade_then_go_grey_and_say_when_they_were_seen(test: TestHall) -> None:
    test.register(point=HERE, area="990101001001001")
    fixes, now = Fixes(), test.clock.now()
    car = UnitPosition("a", "vehicle", Label("巡逻一", "Patrol 1"), now, 117.0, 30.0, 90.0)
    lost = UnitPosition("z", "team", Label("抢险一", "Team 1"), now, 0.0, 0.0)
    fixes.say(car, lost)
    context = glass(test)
    model = MapModel(context, positions=fixes)
    warm(model)
    fixes.say(car, lost)
    heard: list[Keys] = []
    model.changed.connect(heard.append)
    test.time.set(now + SECOND_MS)
    context.pulse.beat()
    assert [unit.id for unit in model.units().units] == ["a"]
    assert context.text("map.far", n="1") in model.note()
    assert model.units().age.tolist() == [0]
    assert frozenset((UNITS,)) in heard
    test.time.set(now + MINUTE_MS)
    context.pulse.beat()
    assert model.units().age.tolist() == [1]
    test.time.set(now + 6 * MINUTE_MS)
    context.pulse.beat()
    assert model.units().age.tolist() == [2]
    name, kind, seen = model.words.unit(0)
    assert (name, kind) == ("巡逻一", "车辆")
    assert "09:00" in seen
    test.time.set(now + 2 * DAY_MS)
    fixes.say()
    context.pulse.beat()
    assert model.units().units == ()
    assert model.unit_number("a") is None


def test_nothing_is_told_when_nothing_looks_different(test: TestHall) -> None:
    test.register(point=HERE)
    context = glass(test)
    model = MapModel(context)
    warm(model)
    context.pulse.beat()
    heard: list[Keys] = []
    model.changed.connect(heard.append)
    test.time.set(test.clock.now() + SECOND_MS)
    context.pulse.beat()
    assert heard == []
    model.close()
    test.register(point=NEXT)
    context.pulse.beat()
    assert heard == []


def test_places_and_lengths_in_words(test: TestHall) -> None:
    words = MapModel(glass(test, language="en")).words
    x, y = (float(part) for part in to_world(117.12345, 30.5))
    assert "117.12345" in words.degrees(x, y)
    assert (words.length(500), words.length(2_000), words.length(0.5)) == ("500 m", "2 km", "0.5 m")
