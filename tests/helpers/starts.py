"""Ways for a case to stand before anybody leaves it to time: one function a way, for tests of the clerk."""

from __future__ import annotations

from collections.abc import Callable

from app.commands.command import Command, Done, HistoryRow
from app.domain.actor import SYSTEM
from app.domain.incident import Incident
from tests.helpers.halls import TestHall, actor

HANDLER = actor("handler", "SZ")


def reported(hall: TestHall) -> Incident:
    return hall.register()


def accepted(hall: TestHall) -> Incident:
    return hall.do(
        hall.register(), "accept", actor("intake"), category="0602", place_confirmed=True, area="990101001"
    )


def dispatched(hall: TestHall) -> Incident:
    return hall.dispatched("SZ")


def dispatched_to_two(hall: TestHall) -> Incident:
    return hall.dispatched("SZ", ("CG",))


def urgent(hall: TestHall) -> Incident:
    return hall.dispatched("SZ", urgent=True)


def signed(hall: TestHall) -> Incident:
    case = hall.dispatched("SZ")
    return hall.do(case, "sign", HANDLER, **hall.fill("sign", case))


def held(hall: TestHall) -> Incident:
    """On hold, to be looked at again in a day."""
    case = signed(hall)
    case = hall.do(case, "ask_hold", HANDLER, **hall.fill("ask_hold", case))
    return hall.do(case, "hold", actor("shift_lead"), **hall.fill("hold", case))


def waiting(hall: TestHall) -> Incident:
    """Waiting for the reporter, until a day from now."""
    case = signed(hall)
    case = hall.do(case, "wait_for_party", HANDLER, **hall.fill("wait_for_party", case))
    asked = Command(action="wait_for_party", incident=case.id, confirms=case.pending[0].eid)
    assert isinstance(hall.commander.submit(asked, actor("dispatcher")), Done)
    return hall.case(case.id)


def closed(hall: TestHall) -> Incident:
    """A question answered at once; waits to be archived."""
    case = hall.register(category="1901", what="办事指南在哪里看")
    return hall.do(case, "answered_at_once", actor("intake"), **hall.fill("answered_at_once", case))


def imported(hall: TestHall) -> Incident:
    """An open case of another system's history, long overdue there."""
    now = hall.clock.now()
    row = HistoryRow(
        channel="hotline",
        what="路灯不亮",
        received_at=now - 2_000_000,
        due_at=now - 1_000_000,
        external=f"old:{len(hall.commander.desk.log.read_after(0, 10_000))}",
    )
    (outcome,) = hall.commander.import_rows([row], SYSTEM)
    assert isinstance(outcome, Done)
    return hall.case(outcome.incident)


STARTS: tuple[Callable[[TestHall], Incident], ...] = (
    reported,
    accepted,
    dispatched,
    dispatched_to_two,
    urgent,
    signed,
    held,
    waiting,
    closed,
    imported,
)
