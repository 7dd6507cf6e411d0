"""Which step comes next: dispatching after a return, milestones, co-departments, another person."""

from __future__ import annotations

from msgspec.structs import replace

from app.domain import clockwork
from app.domain.order import Order
from app.drill.life import TRIES_MAX, Scene
from app.drill.wishes import wishes
from app.drill.wishes.dispatching import dispatch_form
from tests.helpers.halls import MONDAY_9
from tests.unit.drill.scenes import CODE, dispatched, scene

PLAIN = {"turn": "", "extra": "", "progress": False, "signs": "", "watched": "", "promised": False}


def at_work(**fate: object) -> Scene:
    return dispatched(MONDAY_9, "handling", **(PLAIN | fate))


def urgent(category: str, running: tuple[str, ...]) -> Scene:
    """An urgent case at work with these milestones running."""
    here = scene("U1")
    clocks = clockwork.start((), running, MONDAY_9)
    case = replace(here.incident, category=category, clocks=clocks, first_dispatch_at=MONDAY_9)
    here.life.fate = replace(here.life.fate, **PLAIN)
    return replace(here, incident=case)


def test_a_signed_order_is_worked_on_and_answered() -> None:
    assert {slot: wish.action for slot, wish in wishes(at_work()).items()} == {f"order/{CODE}-01": "feedback"}


def test_the_lead_waits_for_its_co_departments() -> None:
    here = at_work()
    co = Order(f"{CODE}-02", "GD", "co", "handling", MONDAY_9)
    busy = replace(here, incident=replace(here.incident, orders=(*here.incident.orders, co)))
    assert set(wishes(busy)) == {f"order/{CODE}-02"}
    done = replace(co, state="check")
    ready = replace(here, incident=replace(here.incident, orders=(*here.incident.orders, done)))
    assert set(wishes(ready)) == {f"order/{CODE}-01"}


def test_a_recalled_unit_acknowledges() -> None:
    here = at_work()
    gone = Order(f"{CODE}-02", "GD", "co", "dispatched", MONDAY_9, end="recalled", acknowledged=False)
    both = replace(here, incident=replace(here.incident, orders=(*here.incident.orders, gone)))
    assert wishes(both)[f"order/{CODE}-02"].action == "ack_recall"


def test_milestones_come_in_their_order_and_before_the_feedback() -> None:
    here = urgent("0601", ("arrive", "make_safe", "restore"))
    assert [(s, w.action) for s, w in wishes(here).items()] == [("milestone", "arrive")]
    later = urgent("0601", ("make_safe", "restore"))
    assert wishes(later)["milestone"].action == "make_safe"


def test_a_milestone_without_a_limit_here_holds_nothing_up() -> None:
    """Straw on fire has no limit for restoring: its clock runs, and nobody waits for it."""
    here = urgent("1006", ("restore",))
    assert {wish.action for wish in wishes(here).values()} == {"feedback"}


def test_a_returned_case_goes_to_another_lead() -> None:
    here = scene()
    row = here.book.matrix["0602"]
    assert dispatch_form(here)["lead_department"] == row.lead
    returned = replace(here.incident.orders[0], unit=row.lead, end="returned")
    again = replace(here, incident=replace(here.incident, orders=(returned,)))
    assert dispatch_form(again)["lead_department"] == row.co[0]


def test_the_checker_is_not_the_dispatcher() -> None:
    here = at_work()
    for operator in ("op-dispatch-01", "op-dispatch-02"):
        case = replace(here.incident, state="check", dispatched_by=operator)
        case = replace(case, orders=(replace(case.orders[0], state="check"),))
        assert wishes(replace(here, incident=case))["case"].actor.operator != operator


def test_what_was_refused_twice_is_let_be() -> None:
    here = at_work()
    step = wishes(here)[f"order/{CODE}-01"].step
    here.life.refused[step] = TRIES_MAX
    assert wishes(here) == {}
