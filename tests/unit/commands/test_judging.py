"""What the hub says of pushed entries: who wrote them, whether they may, and what a desk's system may do."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from app.commands.judging import make_judge
from app.commands.operators import revoke
from app.commands.tokens import issue_token, revoke_token
from app.domain.area import AreasAdopted
from app.domain.contested import ContestSettled
from app.domain.devices import TokenIssued
from app.domain.hall import HallFounded, OperatorRevoked
from app.domain.kinds import kind_of
from app.domain.label import Label
from app.domain.moves import CaseMoved, LimitBreached, OrderReached
from app.domain.sessions import AccountLocked, SessionOpened
from app.log.entries import Entry, TimeClaim
from app.log.proving.verdicts import Judge
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, memory_hall

MOVED = CaseMoved("i1", "sign", "o1")
ADMIN = "op-admin-ZZZX"
INTAKE = "op-intake-ZZZX"


def entry(body: msgspec.Struct, by: str, cause: str | None = None) -> Entry:
    """An entry of desk B as the hub gets it."""
    kind = kind_of(body)
    return Entry(
        v=1,
        eid="e1",
        origin="desk-b",
        oseq=1,
        prev_origin_hash="",
        kind=kind.name,
        kind_version=kind.version,
        cmd="",
        cause=cause,
        subjects=("incident:i1",),
        base={},
        actor=by,
        desk="B2",
        session="",
        occurred_at=0,
        time=TimeClaim(0, 0, "b"),
        body=msgspec.Raw(msgspec.json.encode(body)),
    )


@pytest.fixture
def hall() -> MemoryHall:
    return memory_hall()


@pytest.fixture
def judge(hall: MemoryHall) -> Judge:
    return make_judge(lambda: hall.store.hall, {"cause-b": "desk-b", "cause-c": "desk-c"}.get)


@pytest.mark.parametrize(
    ("body", "by", "verdict"),
    [
        (MOVED, INTAKE, ""),
        (MOVED, "nobody", "operator_unknown"),
        (MOVED, "", "operator_unknown"),
        (MOVED, "token:none", "operator_unknown"),
        (SessionOpened(INTAKE, "s1", "cut_off"), INTAKE, ""),
        (OrderReached("i1", "o1", "called"), INTAKE, ""),
        (OrderReached("i1", "o1", "delivered"), INTAKE, "kind_reserved"),
        (HallFounded(Label("甲", "A"), "990101"), ADMIN, "kind_reserved"),
        (LimitBreached("i1", "sign", 1, "first", "handler", urged=False), "system", "kind_reserved"),
        (AreasAdopted("2", ()), ADMIN, ""),
        (AreasAdopted("2", ()), INTAKE, "not_permitted"),
        (AreasAdopted("2", ()), "system", "kind_reserved"),
        (OperatorRevoked(INTAKE, "x"), ADMIN, ""),
        (OperatorRevoked(INTAKE, "x"), "op-dispatcher-ZZZX", "not_permitted"),
        (ContestSettled("i1", "e0", "first", "x"), "op-dispatcher-ZZZX", ""),
        (ContestSettled("i1", "e0", "first", "x"), INTAKE, "not_permitted"),
        (AccountLocked(INTAKE, 5), "system", ""),
        (TokenIssued("t", "n", "intake", "ZZZX"), ADMIN, "kind_reserved"),
    ],
)
def test_by_who_wrote_it(judge: Judge, body: msgspec.Struct, by: str, verdict: str) -> None:
    assert judge(entry(body, by)) == verdict


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [(None, "not_permitted"), ("cause-b", ""), ("cause-c", "not_permitted"), ("in the same push", "")],
)
def test_a_desks_system_only_follows_from_what_was_done_there(
    judge: Judge, cause: str | None, verdict: str
) -> None:
    assert judge(entry(MOVED, "system", cause)) == verdict


def test_a_body_that_does_not_fit_is_told_before_who_wrote_it(judge: Judge) -> None:
    assert judge(replace(entry(MOVED, "nobody"), body=msgspec.Raw(b'{"incident":7}'))) == "body_invalid"
    assert judge(replace(entry(MOVED, INTAKE), kind="tomorrow", body=msgspec.Raw(b'{"x":1}'))) == ""


def test_a_live_token_acts_in_its_role(hall: MemoryHall, judge: Judge) -> None:
    desk, admin = hall.commander.desk, actor("admin")
    issue_token(desk, TokenIssued("t1", "热线", "intake", "ZZZX"), admin)
    assert judge(entry(MOVED, "token:t1")) == ""
    assert judge(entry(AreasAdopted("2", ()), "token:t1")) == "not_permitted"
    revoke_token(desk, "t1", "换新", admin)
    assert judge(entry(MOVED, "token:t1")) == "operator_unknown"


def test_an_operator_is_judged_by_the_hall_of_that_moment(hall: MemoryHall, judge: Judge) -> None:
    assert judge(entry(MOVED, INTAKE)) == ""
    revoke(hall.commander.desk, INTAKE, "调离", actor("admin"))
    assert judge(entry(MOVED, INTAKE)) == "operator_unknown"
