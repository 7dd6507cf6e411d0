"""The second person is another one, and does not agree to what has become impossible."""

from __future__ import annotations

from msgspec.structs import replace

from app.base.clock import HOUR_MS
from app.domain.incident import Pending
from app.drill.life import Scene, Wish
from app.drill.wishes import wishes
from tests.helpers.halls import MONDAY_9
from tests.unit.drill.scenes import dispatched


def asked(action: str, permission: str, by: str, order: bool = True) -> Scene:
    here = dispatched(MONDAY_9, doubted=False)
    code = here.incident.orders[0].code if order else ""
    pending = Pending("e1", action, code, {}, permission, by, MONDAY_9)
    return replace(here, incident=replace(here.incident, pending=(pending,)))


def second(here: Scene) -> Wish:
    return next(wish for slot, wish in wishes(here).items() if slot.startswith("second/"))


def test_another_person_of_the_unit_agrees() -> None:
    wish = second(asked("return", "confirm_return", "op-sz-handler"))
    assert (wish.actor.operator, wish.actor.role, wish.confirms) == ("op-sz-head", "dept_lead", "e1")


def test_who_asked_does_not_agree_even_where_the_role_may() -> None:
    for asker in ("op-dispatch-01", "op-dispatch-02"):
        wish = second(asked("reject", "confirm_reject", asker, order=False))
        assert wish.actor.operator != asker
        assert wish.confirms == "e1"


def test_an_order_with_a_request_waits_for_the_second_person() -> None:
    here = asked("return", "confirm_return", "op-sz-handler")
    assert not [slot for slot in wishes(here) if slot.startswith("order/")]


def test_a_return_is_turned_down_when_its_window_is_over() -> None:
    here = replace(asked("return", "confirm_return", "op-sz-handler"), now=MONDAY_9 + 30 * 24 * HOUR_MS)
    wish = second(here)
    assert (wish.confirms, wish.refuses, wish.step) == ("", "e1", "doubt")


def test_what_the_rules_refused_is_turned_down() -> None:
    here = asked("feedback", "confirm_feedback", "op-sz-handler")
    agrees = second(here)
    assert agrees.confirms == "e1"
    here.life.refused[agrees.step] += 1
    assert second(here).refuses == "e1"


def test_a_fated_doubt_comes_once() -> None:
    here = asked("feedback", "confirm_feedback", "op-sz-handler")
    here.life.fate = replace(here.life.fate, doubted=True)
    doubt = second(here)
    assert doubt.refuses == "e1"
    here.life.done[doubt.step] += 1
    assert second(here).confirms == "e1"
