"""The areas of the demo county on the map: all of them, tinted apart, named in the language spoken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.base.language import load_language
from app.domain.area import AreaTree
from app.domain.label import Label
from app.geo.colouring import neighbours
from app.geo.mercator import to_world
from app.viewmodels.map_areas import UNTINTED, MapAreas
from tests.helpers.glass import LANGUAGES
from tests.unit.drill.made import county


class _Context:
    """As much of a context as areas ask for."""

    def __init__(self, language: str) -> None:
        self.reading = SimpleNamespace(hall=SimpleNamespace(areas=AreaTree(county().areas)))
        self._language = load_language(language, LANGUAGES)

    def label(self, label: Label) -> str:
        return self._language.pick(label.zh, label.en)


@pytest.fixture(scope="module")
def areas() -> MapAreas:
    context: Any = _Context("zh")
    made = MapAreas(context)
    while made.warm():
        pass
    return made


def test_every_area_is_drawn_once(areas: MapAreas) -> None:
    drawn = [area.code for area in areas.areas()]
    known = [area.code for area in county().areas if area.level != "district"]
    assert sorted(drawn) == sorted(known)


@pytest.mark.parametrize("level", ["street", "community"])
def test_neighbours_have_other_tints(areas: MapAreas, level: str) -> None:
    own = [area for area in areas.areas() if area.level == level]
    found = neighbours([area.rings for area in own], 1e-9)
    assert all(found)
    assert [(a, b) for a, near in enumerate(found) for b in near if own[a].tint == own[b].tint] == []


def test_grids_have_no_tint(areas: MapAreas) -> None:
    assert {area.tint for area in areas.areas() if area.level == "grid"} == {UNTINTED}


def test_names_are_those_of_the_language() -> None:
    context: Any = _Context("en")
    assert all(area.name.isascii() for area in MapAreas(context).areas())


def test_the_district_holds_its_places_and_not_the_next_town(areas: MapAreas) -> None:
    points = [area.point for area in county().areas if area.point is not None]
    x, y = to_world([point.lon for point in points], [point.lat for point in points])
    assert areas.holds(x, y).all()
    x, y = to_world([117.5, 0.0], [30.0, 0.0])
    assert not areas.holds(x, y).any()
    assert areas.near(*to_world([117.2, 0.0], [30.0, 0.0])).tolist() == [True, False]
    assert areas.holds(np.zeros(0), np.zeros(0)).tolist() == []


def test_grids_come_in_slices() -> None:
    context: Any = _Context("zh")
    made = MapAreas(context)
    before = len(made.areas())
    assert made.warm()
    assert before < len(made.areas()) < len(county().areas) - 1
