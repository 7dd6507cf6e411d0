"""The console's further pages: the map goes where the open case is, importing where the seat may."""

from __future__ import annotations

from app.domain.place import Point
from tests.helpers.desk import Desk
from tests.helpers.fingers import Fingers
from tests.helpers.wall import read_maps, said


def test_the_map_goes_to_the_open_case_and_leads_back_to_it(at_desk: Desk, hands: Fingers) -> None:
    here = at_desk.hall.register(what="甲", point=Point(117.0, 30.0))
    there = at_desk.hall.register(what="乙", point=Point(117.004, 30.003))
    at_desk.show(here)
    read_maps(at_desk.window)
    hands.press("F10")
    face = at_desk.window.face
    assert face.right.currentWidget() is face.map
    assert face.map.model.place_of(here.id) is not None
    at_desk.window._look_at(there.id)
    at_desk.window._look()
    assert at_desk.window.models.case.incident is not None
    assert at_desk.window.models.case.incident.id == there.id
    assert face.right.currentWidget() is face.map
    face.map.case_wanted.emit(here.id)
    assert face.right.currentWidget() is face.case
    assert at_desk.window.models.case.incident.id == here.id


def test_a_case_nobody_can_place_is_said_so_on_the_map(at_desk: Desk, hands: Fingers) -> None:
    at_desk.show(at_desk.hall.register())
    hands.press("F10")
    read_maps(at_desk.window)
    assert at_desk.context.text("map.not_here") in said(at_desk.window.face.map)


def test_importing_follows_the_seat(at_desk: Desk, hands: Fingers) -> None:
    may_not = at_desk.context.text("import.may_not")
    hands.press("Ctrl+I")
    panel = at_desk.window.face.importing
    assert at_desk.window.face.right.currentWidget() is panel
    assert may_not not in said(panel)
    at_desk.sit("op-dispatcher-ZZZX/dispatcher")
    assert may_not in said(panel)
    hands.press("Escape")
    assert at_desk.window.face.right.currentWidget() is at_desk.window.face.case
