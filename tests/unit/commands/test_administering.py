"""PCs, tokens and operators come and go by entries, each by who may and only when it makes sense."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from app.commands.command import Done, Outcome
from app.commands.desk import Desk
from app.commands.devices import enrol_device, free_letters, revoke_device
from app.commands.operators import grant, revoke
from app.commands.sessions import close_session, lock_account, open_session
from app.commands.tokens import issue_token, revoke_token
from app.domain.actor import SYSTEM
from app.domain.devices import DeviceEnrolled, DeviceRevoked, TokenIssued
from app.domain.hall import OperatorGranted
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.domain.sessions import AccountLocked, SessionClosed, SessionOpened
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, body_of, memory_hall

ADMIN = actor("admin")
PC = DeviceEnrolled("0198-device", Label("二号坐席", "Seat 2"), "B2", "ab" * 32)
TOKEN = TokenIssued("t1", "热线", "intake", "ZZZX", ("990101001",))
CLERK = OperatorGranted("li.na", Label("受理二席", "Intake 2"), ("intake",), "ZZZX")


@pytest.fixture
def hall() -> MemoryHall:
    return memory_hall()


@pytest.fixture
def desk(hall: MemoryHall) -> Desk:
    return hall.commander.desk


def code(outcome: Outcome) -> str:
    return outcome.code if isinstance(outcome, Refusal) else "done"


def test_a_pc_comes_and_goes(hall: MemoryHall, desk: Desk) -> None:
    assert isinstance(enrol_device(desk, PC, ADMIN), Done)
    assert desk.hall.devices == {PC.device: PC}
    assert [n.entry.subjects for n in hall.store.history(f"device:{PC.device}")] == [
        ("hall", f"device:{PC.device}")
    ]
    assert isinstance(revoke_device(desk, PC.device, " 报废 ", ADMIN), Done)
    assert desk.hall.devices == {}
    assert body_of(hall.store.entries[-1]) == DeviceRevoked(PC.device, "报废")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"letters": "B"}, "letters_form"),
        ({"letters": "b2"}, "letters_form"),
        ({"letters": "A1"}, "letters_taken"),
        ({"letters": "C3"}, "letters_taken"),
        ({"fingerprint": "AB" * 32}, "fingerprint_form"),
        ({"fingerprint": "ab"}, "fingerprint_form"),
        ({"device": ""}, "field_missing"),
        ({"device": "x" * 101}, "field_missing"),
        ({"label": Label("", "Seat")}, "field_missing"),
        ({"label": Label("座" * 61, "Seat")}, "field_long"),
    ],
)
def test_a_pc_that_is_no_good_is_refused(desk: Desk, changed: dict[str, object], wrong: str) -> None:
    assert code(enrol_device(desk, replace(PC, device="other", letters="C3"), ADMIN)) == "done"
    assert code(enrol_device(desk, replace(PC, **changed), ADMIN)) == wrong


def test_a_pc_may_be_enrolled_anew_under_its_own_letters(desk: Desk) -> None:
    assert code(enrol_device(desk, PC, ADMIN)) == "done"
    assert code(enrol_device(desk, replace(PC, fingerprint="cd" * 32), SYSTEM)) == "done"
    assert desk.hall.devices[PC.device].fingerprint == "cd" * 32


def test_free_letters_are_nobodys(desk: Desk) -> None:
    first = free_letters(desk.hall, desk.letters)
    assert first == "A2"
    assert code(enrol_device(desk, replace(PC, letters=first), ADMIN)) == "done"
    assert free_letters(desk.hall, desk.letters) == "A3"
    assert free_letters(desk.hall, desk.letters, "A3") == "A4"
    everything = [a + b for a in "ABCDEFGHJKLMNPQRSTUVWXYZ" for b in "123456789"]
    assert free_letters(desk.hall, *everything) == ""


def test_a_token_comes_and_goes(desk: Desk) -> None:
    assert code(issue_token(desk, TOKEN, ADMIN)) == "done"
    assert desk.hall.tokens == {"t1": TOKEN}
    assert code(issue_token(desk, replace(TOKEN, token="t2"), ADMIN)) == "token_name_taken"
    assert code(revoke_token(desk, "t1", "换新", ADMIN)) == "done"
    assert code(issue_token(desk, replace(TOKEN, token="t2"), ADMIN)) == "done"
    assert code(revoke_token(desk, "t1", "换新", ADMIN)) == "token_unknown"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": " "}, "field_missing"),
        ({"role": "nobody"}, "role_unknown"),
        ({"role": "system"}, "role_unknown"),
        ({"unit": "XX"}, "field_department"),
        ({"areas": ("990101001", "77")}, "field_area"),
    ],
)
def test_a_token_that_is_no_good_is_refused(desk: Desk, changed: dict[str, object], wrong: str) -> None:
    assert code(issue_token(desk, replace(TOKEN, **changed), ADMIN)) == wrong


def test_an_operator_comes_and_goes(desk: Desk) -> None:
    assert code(grant(desk, CLERK, ADMIN)) == "done"
    assert code(grant(desk, replace(CLERK, roles=("intake", "callback")), actor("security_admin"))) == "done"
    assert desk.hall.operators["li.na"].roles == ("intake", "callback")
    assert code(revoke(desk, "li.na", "调离", ADMIN)) == "done"
    assert "li.na" not in desk.hall.operators
    assert code(revoke(desk, "li.na", "调离", ADMIN)) == "operator_not_granted"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"operator": ""}, "field_missing"),
        ({"operator": "system"}, "operator_name"),
        ({"operator": "token:t1"}, "operator_name"),
        ({"operator": "li na "}, "operator_name"),
        ({"roles": ()}, "field_missing"),
        ({"roles": ("intake", "system")}, "role_unknown"),
        ({"unit": "XX"}, "field_department"),
        ({"post": Label("席", "")}, "field_missing"),
    ],
)
def test_a_grant_that_is_no_good_is_refused(desk: Desk, changed: dict[str, object], wrong: str) -> None:
    assert code(grant(desk, replace(CLERK, **changed), ADMIN)) == wrong


def test_nobody_revokes_the_account_in_use(desk: Desk) -> None:
    assert code(revoke(desk, ADMIN.operator, "误", ADMIN)) == "own_account"


@pytest.mark.parametrize(
    "do",
    [
        lambda desk, by: enrol_device(desk, PC, by),
        lambda desk, by: revoke_device(desk, PC.device, "x", by),
        lambda desk, by: issue_token(desk, TOKEN, by),
        lambda desk, by: revoke_token(desk, "t1", "x", by),
        lambda desk, by: grant(desk, CLERK, by),
        lambda desk, by: revoke(desk, "op-intake-ZZZX", "x", by),
    ],
)
def test_who_may_not_is_refused_and_nothing_is_written(
    hall: MemoryHall, desk: Desk, do: Callable[..., Outcome]
) -> None:
    head = hall.store.head()
    assert code(do(desk, actor("shift_lead"))) == "role_may_not"
    assert hall.store.head() == head


def test_a_reason_is_asked_for(desk: Desk) -> None:
    enrol_device(desk, PC, ADMIN)
    issue_token(desk, TOKEN, ADMIN)
    assert code(revoke_device(desk, PC.device, " ", ADMIN)) == "field_missing"
    assert code(revoke_token(desk, "t1", "", ADMIN)) == "field_missing"
    assert code(revoke(desk, "op-intake-ZZZX", "长" * 201, ADMIN)) == "field_long"


def test_sessions_are_written_for_the_audit_alone(hall: MemoryHall, desk: Desk) -> None:
    who, before = actor("intake"), desk.hall
    assert code(open_session(desk, who.operator, "s1", "password", who)) == "done"
    assert code(lock_account(desk, who.operator, 5)) == "done"
    assert code(close_session(desk, who.operator, "s1", "signed_out", who)) == "done"
    assert desk.hall is before
    assert [body_of(n) for n in hall.store.history(f"operator:{who.operator}")] == [
        SessionOpened(who.operator, "s1", "password"),
        AccountLocked(who.operator, 5),
        SessionClosed(who.operator, "s1", "signed_out"),
    ]


def test_a_session_of_nobody_is_refused_and_the_end_of_a_revoked_one_is_not(desk: Desk) -> None:
    assert code(open_session(desk, "nobody", "s1", "choice", ADMIN)) == "operator_not_granted"
    assert code(open_session(desk, "op-intake-ZZZX", "", "choice", ADMIN)) == "field_missing"
    assert code(lock_account(desk, "nobody", 5)) == "operator_not_granted"
    assert code(close_session(desk, "op-intake-ZZZX", "s1", "because", ADMIN)) == "field_choice"
    revoke(desk, "op-intake-ZZZX", "调离", ADMIN)
    assert code(close_session(desk, "op-intake-ZZZX", "s1", "closed", ADMIN)) == "done"
