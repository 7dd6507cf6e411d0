"""What many desks bring into a frozen log: a contest and its settling, PCs, programs, sessions, calls."""

from __future__ import annotations

from app.base.clock import MINUTE_MS
from app.commands.attaching import attach
from app.commands.command import Content, Done
from app.commands.devices import enrol_device, revoke_device
from app.commands.operators import grant, revoke
from app.commands.reaching import reached
from app.commands.sessions import close_session, lock_account, open_session
from app.commands.settling import settle
from app.commands.tokens import issue_token, revoke_token
from app.domain.actor import SYSTEM
from app.domain.devices import DeviceEnrolled, TokenIssued
from app.domain.hall import OperatorGranted
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.label import Label
from app.domain.moves import OrdersIssued
from app.domain.order import OrderIssue
from app.log.chain import DEFAULT_ALGORITHM
from app.log.entries import Parcel, TimeClaim
from app.log.files.origin import OriginTail, seal
from app.log.port import Accepted
from tests.helpers.halls import TestHall, actor

ORIGIN = "b2b2b2b2-b2b2-4b2b-8b2b-b2b2b2b2b2b2"
ADMIN, DISPATCHER = actor("admin"), actor("dispatcher")


def live_apart(world: TestHall) -> None:
    """Every kind that only a hall of several desks writes."""
    desk, clock = world.commander.desk, world.time
    label = Label("二号坐席", "Seat 2")
    done = [
        enrol_device(desk, DeviceEnrolled(ORIGIN, label, "B2", "0f" * 32), ADMIN),
        issue_token(desk, TokenIssued("t1", "热线", "intake", "ZZZX", ("990101001",)), ADMIN),
        grant(desk, OperatorGranted("op-2", label, ("dispatcher",), "ZZZX"), ADMIN),
        open_session(desk, "op-2", "s2", "password", actor("dispatcher", operator="op-2")),
        lock_account(desk, "op-2", clock.now() + 15 * MINUTE_MS),
        close_session(desk, "op-2", "s2", "signed_out", actor("dispatcher", operator="op-2")),
    ]
    case = contested(world)
    done += [
        settle(desk, case.id, case.contested[0].eid, "second", "两边已电话核对", DISPATCHER),
        attach(desk, case.id, Content("0a" * 32, "现场 13800001234.jpg", "image/jpeg", 7_654), DISPATCHER),
        reached(desk, case.id, case.orders[0].code, "delivered", SYSTEM),
        reached(desk, case.id, case.orders[0].code, "called", DISPATCHER, "王工 13800001234"),
        revoke(desk, "op-2", "调离", ADMIN),
        revoke_token(desk, "t1", "换新", ADMIN),
        revoke_device(desk, ORIGIN, "报废", ADMIN),
    ]
    assert all(isinstance(outcome, Done) for outcome in done), done


def contested(world: TestHall) -> Incident:
    """Dispatched here to SZ and, by a desk that was cut off, to CG; that desk's entry comes second."""
    case = world.register(category="0602")
    case = world.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    case = world.do(case, "file", DISPATCHER, **world.fill("file", case))
    desk, seen = world.commander.desk, case.seen
    elsewhere = desk.draft(
        OrdersIssued(
            case.id,
            "dispatch",
            (OrderIssue(f"{case.code}-01", "CG", "lead"),),
            form={"lead_department": "CG", "rule_or_reason": "断网"},
        ),
        (incident_subject(case.id),),
        actor("dispatcher"),
        world.clock.now(),
        cmd="dispatch",
        base={incident_subject(case.id): seen},
    )
    claim = TimeClaim(world.clock.now(), 0, "boot", world.clock.now(), 50)
    _, raw, _ = seal(elsewhere, ORIGIN, OriginTail(), claim, DEFAULT_ALGORITHM)
    world.time.advance(MINUTE_MS)
    world.do(case, "dispatch", DISPATCHER, lead_department="SZ", rule_or_reason="r")
    world.time.advance(MINUTE_MS)
    assert isinstance(world.store.push(ORIGIN, [Parcel(raw)]).result(), Accepted)
    case = world.case(case.id)
    assert len(case.contested) == 1
    return case
