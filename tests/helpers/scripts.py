"""Scripted lives that together take every transition of the shipped rules; they run in memory and on a real
hall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, Instant
from app.domain.actor import Actor
from app.domain.incident import Incident
from tests.helpers.halls import SYSTEM, TestHall, actor

INTAKE = actor("intake")
DISPATCHER = actor("dispatcher")
SHIFT_LEAD = actor("shift_lead")
CENTRE_LEAD = actor("centre_lead")
CALLBACK = actor("callback")
LEADER = actor("leader")
GRID = actor("grid_worker", "WG@990101001001001")
STREET = actor("handler", "JD@990101001")
SZ, CG, GD = (actor("handler", unit) for unit in ("SZ", "CG", "GD"))
SZ_HEAD, CG_HEAD = (actor("dept_lead", unit) for unit in ("SZ", "CG"))


class World(Protocol):
    """Where a script is played."""

    @property
    def now(self) -> Instant: ...

    def advance(self, ms: int) -> None: ...

    def register(self, **report: Any) -> Incident: ...

    def do(self, case: Incident | str, action: str, by: Actor, **more: Any) -> Incident: ...

    def agreed(
        self, case: Incident | str, action: str, by: Actor, second: Actor, **more: Any
    ) -> Incident: ...


def dispatched(world: World, lead: str = "SZ", co: tuple[str, ...] = (), **report: Any) -> Incident:
    """From the report to the dispatch, some minutes each."""
    case = world.register(**report)
    world.advance(2 * MINUTE_MS)
    case = world.do(case, "accept", INTAKE, category=case.category or "0602")
    if case.state == "accepted":
        world.advance(3 * MINUTE_MS)
        case = world.do(case, "file", DISPATCHER)
    world.advance(MINUTE_MS)
    return world.do(case, "dispatch", DISPATCHER, lead_department=lead, co_departments=list(co))


def handling(world: World, lead: str = "SZ", co: tuple[str, ...] = (), **report: Any) -> Incident:
    case = dispatched(world, lead, co, **report)
    for order in case.orders:
        world.advance(10 * MINUTE_MS)
        case = world.do(case, "sign", actor("handler", order.unit))
    return case


def plain(world: World) -> None:
    """A lamp: two units, contact, progress, a failed check, a call-back, the archive."""
    case = handling(world, "SZ", ("GD",), what="滨河路18号门前路灯不亮，电话13800001234")
    case = world.do(case, "first_contact", SZ)
    case = world.do(case, "progress", SZ, text="已派人到场")
    case = world.do(case, "ask_coop", SZ, suggested_department="CG")
    case = world.do(case, "add_co", DISPATCHER, co_departments=["CG"])
    world.advance(HOUR_MS)
    case = world.do(case, "sign", CG)
    for unit in (GD, CG, SZ):
        world.advance(HOUR_MS)
        case = world.do(case, "feedback", unit)
    world.advance(HOUR_MS)
    case = world.do(case, "check_fail", GRID)
    world.advance(2 * HOUR_MS)
    case = world.do(world.do(case, "feedback", SZ), "check_pass", DISPATCHER)
    world.advance(DAY_MS)
    case = world.do(case, "callback_done", CALLBACK)
    world.advance(3 * DAY_MS)
    world.do(case, "archive", SYSTEM)


def fallen_hole(world: World) -> None:
    """Danger to life: milestones, a return that the second department repeats, a consultation."""
    case = dispatched(world, "RQ", category="0501", what="路面塌陷，有人被困", life_danger=True)
    rq, rq_head = actor("handler", "RQ"), actor("dept_lead", "RQ")
    world.advance(5 * MINUTE_MS)
    case = world.do(case, "arrive", GRID)
    case = world.agreed(case, "return", rq, rq_head, suggested_department="SZ")
    case = world.do(case, "return_accepted", DISPATCHER, fault="unit")
    case = world.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    world.advance(6 * MINUTE_MS)
    case = world.do(case, "auto_sign", SYSTEM)
    case = world.do(case, "make_safe", STREET)
    case = world.agreed(case, "return", SZ, SZ_HEAD, suggested_department="CG")
    case = world.do(case, "name_lead", CENTRE_LEAD, lead_department="SZ")
    case = world.do(case, "sign", SZ)
    world.advance(20 * HOUR_MS)
    case = world.do(case, "restore", SZ)
    case = world.do(world.do(case, "feedback", SZ), "close_without_callback", DISPATCHER)
    world.advance(DAY_MS)
    case = world.do(case, "send_back", CALLBACK)
    world.do(case, "feedback", SZ)


def longer(world: World) -> None:
    """Extensions, holds and waits, given and refused."""
    case = handling(world, "SZ")
    case = world.do(case, "ask_extension", SZ, new_due=world.now + 4 * DAY_MS)
    case = world.do(case, "refuse_extension", SHIFT_LEAD)
    case = world.do(case, "ask_extension", SZ, new_due=world.now + 5 * DAY_MS)
    case = world.do(case, "extend", SHIFT_LEAD, new_due=world.now + 5 * DAY_MS)
    case = world.do(case, "ask_hold", SZ, review_date=world.now + 2 * DAY_MS)
    case = world.do(case, "refuse_hold", SHIFT_LEAD)
    case = world.do(case, "ask_hold", SZ, review_date=world.now + 2 * DAY_MS)
    case = world.do(case, "hold", SHIFT_LEAD, review_date=world.now + 2 * DAY_MS)
    world.advance(2 * DAY_MS)
    case = world.do(case, "resume", SYSTEM)
    case = world.agreed(case, "wait_for_party", SZ, DISPATCHER, until=world.now + HOUR_MS)
    world.advance(HOUR_MS)
    case = world.do(case, "wait_end", SYSTEM, answered="timed_out")
    case = world.do(case, "supervise", actor("supervisor"), due=world.now + 2 * DAY_MS)
    world.agreed(case, "feedback", SZ, SZ_HEAD)


def argued(world: World) -> None:
    """A return refused, a consultation asked for, a recall, a redispatch, second-level orders."""
    case = dispatched(world, "CG", category="1001")
    asked = world.do(case, "return", CG, suggested_department="JD")
    case = world.do(asked, "return", CG_HEAD, refuses=asked.pending[0].eid, reason="先到现场看过再说")
    case = world.agreed(case, "return", CG, CG_HEAD, suggested_department="JD")
    world.advance(HOUR_MS)
    case = world.do(case, "return_refused", DISPATCHER)
    case = world.do(case, "sign", CG)
    case = world.do(case, "ask_consultation", CG)
    case = world.do(case, "to_arbitration", SHIFT_LEAD)
    world.advance(DAY_MS)
    case = world.do(case, "name_lead", CENTRE_LEAD, lead_department="JD")
    case = world.do(case, "sign", STREET)
    case = world.do(case, "dispatch_on", STREET, sub_unit="SQ")
    case = world.do(case, "recall", DISPATCHER, order=case.orders[-1].code)
    case = world.do(case, "ack_recall", actor("handler", "SQ@990101001001"))
    case = world.do(case, "redispatch", DISPATCHER, lead_department="HB", co_departments=["JD"])
    case = world.do(case, "ack_recall", CG)
    case = world.do(case, "recall", DISPATCHER)
    case = world.do(case, "transfer_down", DISPATCHER, target_centre="JD")
    case = world.do(case, "transfer_returned", SYSTEM)
    case = world.do(case, "transfer_up", SHIFT_LEAD, target_centre="SJZX")
    world.advance(DAY_MS)
    case = world.do(case, "transfer_result", DISPATCHER)
    world.do(case, "callback_done", CALLBACK, contacted="unreachable")


def joined(world: World) -> None:
    """Merged before and after the dispatch, undone, split, and a further report."""
    master = handling(world, "SZ", ("GD",))
    early = world.do(world.register(what="灯杆又黑了"), "merge", INTAKE, master_id=master.id)
    case = handling(world, "CG", ("SZ",), category="1001")
    case = world.do(case, "promise_callback", INTAKE, when=world.now + DAY_MS)
    case = world.do(
        case,
        "merge_dispatched",
        DISPATCHER,
        master_id=master.id,
        orders_carried=[case.orders[0].code],
        orders_recalled=[case.orders[1].code],
    )
    world.advance(3 * HOUR_MS)
    case = world.do(case, "unmerge", DISPATCHER)
    case = world.do(case, "promise_kept", CALLBACK)
    world.do(early, "unmerge", SHIFT_LEAD)
    world.register(what="还是不亮", joins=master.id)
    parts = [{"what": "井盖缺失", "category": "0601"}, {"what": "店外经营", "category": "0402"}]
    case = world.do(case, "split", DISPATCHER, parts=parts)
    case = world.do(case, "reclassify", SHIFT_LEAD, category="1101", sla_class="W15")
    world.do(case, "withdraw", INTAKE)


def settled_early(world: World) -> None:
    """What never reaches a unit: declined, answered, settled on the spot, a false alarm; and reopened."""
    case = world.do(world.register(), "request_verify", INTAKE, verifier="WG")
    case = world.do(case, "verify_scene", GRID, found="not_found")
    case = world.agreed(case, "reject", INTAKE, DISPATCHER)
    world.advance(DAY_MS)
    case = world.do(case, "reopen", CENTRE_LEAD)
    case = world.do(case, "mark_urgent", INTAKE)
    world.do(case, "false_alarm", DISPATCHER)
    world.do(world.register(category="1901"), "answered_at_once", INTAKE, category="1901")
    world.do(world.register(category="0102", channel="grid"), "self_handled", GRID, category="0102")
    case = world.register(channel="sensor", wants_answer=False)
    for action, by in (
        ("urge", SYSTEM),
        ("instruct", LEADER),
        ("mark_confidential", INTAKE),
        ("link_emergency", SHIFT_LEAD),
    ):
        case = world.do(case, action, by)
    advised = world.agreed(handling(world, "SZ"), "close_with_advice", DISPATCHER, SHIFT_LEAD)
    world.agreed(advised, "callback_done", CALLBACK, SHIFT_LEAD, excluded_reason="不属受理范围")


SCRIPTS: tuple[Callable[[World], None], ...] = (plain, fallen_hole, longer, argued, joined, settled_early)
"""In this order they are played where one world lives through them all."""

OUTSIDE: frozenset[str] = frozenset()
"""Transitions that only the outside world can take; with the shipped rules there are none."""


class Played:
    """Plays scripts on a real hall: forms are filled as in memory, and every step is on disk."""

    def __init__(self, hall: TestHall) -> None:
        self.hall = hall
        self.incidents: list[str] = []

    @property
    def now(self) -> Instant:
        return self.hall.clock.now()

    def advance(self, ms: int) -> None:
        self.hall.time.advance(ms)

    def register(self, **report: Any) -> Incident:
        if report.pop("wants_answer", True) is False:
            report |= {"wants_answer": False, "reporter_phone": ""}
        case = self.hall.register(**report)
        self.incidents.append(case.id)
        return case

    def do(self, case: Incident | str, action: str, by: Actor, **more: Any) -> Incident:
        me = self.hall.case(case if isinstance(case, str) else case.id)
        if not more.get("confirms") and not more.get("refuses"):
            more = {**self.hall.fill(action, me), **more}
        after = self.hall.do(me, action, by, **more)
        self.incidents += [link for link in after.links if link not in self.incidents]
        return after

    def agreed(self, case: Incident | str, action: str, by: Actor, second: Actor, **more: Any) -> Incident:
        asked = self.do(case, action, by, **more)
        return self.do(asked, action, second, confirms=asked.pending[-1].eid)
