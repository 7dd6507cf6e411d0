"""Signing in at the hub: passwords, first change, lockout by the clock, second factor, one session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import MINUTE_MS
from app.domain.refusal import Refusal
from app.domain.sessions import AccountLocked
from app.hub.safety.safety import Safety
from app.hub.safety.settings import SafetySettings
from app.hub.safety.totp import STEP_MS, code_at
from app.log.safety.accounts import Accounts, Begun
from app.sync.seats.lockout import FAILURES_MAX, LOCK_MS
from app.sync.seats.signing import SignedIn, SignInAsked
from tests.helpers.halls import TestHall
from tests.helpers.safety import PASSWORD, give_password, guarded, kinds

WHO = "op-dispatcher-ZZZX"
ADMIN = "op-admin-ZZZX"
NEW = "另一句没有人猜得到的话"

Guarded = tuple[TestHall, Safety]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Guarded]:
    with guarded(tmp_path) as both:
        yield both


def asks(safety: Safety, operator: str, password: str, **more: str) -> SignedIn | Refusal:
    return safety.sign_ins.judge(SignInAsked(operator, password, **more), "A1")


def code(answer: SignedIn | Refusal) -> str:
    return answer.code if isinstance(answer, Refusal) else "signed_in"


def test_a_hall_without_passwords_says_so(here: Guarded) -> None:
    _, safety = here
    assert not safety.sign_ins.in_use
    give_password(safety, WHO)
    assert safety.sign_ins.in_use


def test_a_one_time_password_opens_nothing_but_its_own_change(here: Guarded) -> None:
    hall, safety = here
    one_time = safety.sign_ins.reset(WHO)
    assert isinstance(one_time, str)
    first = asks(safety, WHO, one_time)
    assert isinstance(first, SignedIn)
    assert (first.must_change, first.session, first.token) == (True, "", "")
    assert kinds(hall, WHO) == []
    assert code(asks(safety, WHO, one_time, new_password="kurz")) == "password_short"
    assert code(asks(safety, WHO, one_time, new_password=one_time)) == "password_same"
    changed = asks(safety, WHO, one_time, new_password=NEW)
    assert isinstance(changed, SignedIn)
    assert not changed.must_change
    assert code(asks(safety, WHO, one_time)) == "sign_in_wrong"
    assert code(asks(safety, WHO, NEW)) == "signed_in"


def test_who_signs_in_gets_roles_unit_and_a_session_in_the_log(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    answer = safety.sign_ins.sign_in(SignInAsked(WHO, PASSWORD, how="switch"), "A1").result(10)
    assert isinstance(answer, SignedIn)
    assert (answer.role, answer.roles, answer.unit) == ("dispatcher", ("dispatcher",), "ZZZX")
    assert answer.until == hall.clock.now() + 12 * 60 * MINUTE_MS
    assert answer.idle_lock_ms == 10 * MINUTE_MS
    opened = hall.store.history(f"operator:{WHO}")[-1].entry
    assert (opened.kind, opened.actor, opened.desk) == ("session_opened", WHO, "A1")
    assert b'"how":"switch"' in bytes(opened.body)
    assert answer.session.encode() in bytes(opened.body)
    assert answer.token.encode() not in b"".join(n.raw for n in hall.store.read_after(0, 1000))


@pytest.mark.parametrize(
    "operator", ["op-nobody", "", "' OR '1'='1", "../../etc/passwd", "op-dispatcher-ZZZX\x00", "夜" * 1000]
)
def test_who_is_nobody_is_told_no_more_than_who_mistypes(here: Guarded, operator: str) -> None:
    _, safety = here
    give_password(safety, WHO)
    assert code(asks(safety, operator, PASSWORD)) == "sign_in_wrong"


def test_a_role_that_was_not_granted_is_refused(here: Guarded) -> None:
    _, safety = here
    give_password(safety, WHO)
    assert code(asks(safety, WHO, PASSWORD, role="shift_lead")) == "role_not_granted"
    assert code(asks(safety, WHO, PASSWORD, role="dispatcher")) == "signed_in"


def test_five_failures_lock_the_account_for_fifteen_minutes(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    said = [code(asks(safety, WHO, f"wrong password {n}")) for n in range(FAILURES_MAX)]
    assert said == ["sign_in_wrong"] * (FAILURES_MAX - 1) + ["account_locked"]
    locked = hall.store.history(f"operator:{WHO}")[-1].entry
    assert locked.kind == "account_locked"
    assert AccountLocked(WHO, hall.clock.now() + LOCK_MS) == _body(locked.body)
    before = hall.store.head().gseq
    hall.time.advance(LOCK_MS - 1)
    refused = asks(safety, WHO, PASSWORD)
    assert isinstance(refused, Refusal)
    assert refused.params["minutes"] == "1"
    assert hall.store.head().gseq == before, "a locked account is not locked again, nor for longer"
    hall.time.advance(1)
    assert code(asks(safety, WHO, PASSWORD)) == "signed_in"


def _body(raw: object) -> AccountLocked:
    import msgspec

    return msgspec.json.decode(bytes(raw), type=AccountLocked)  # type: ignore[call-overload]


def test_after_a_lock_the_count_starts_anew_and_a_good_one_ends_it(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    for _ in range(FAILURES_MAX):
        asks(safety, WHO, "wrong password")
    hall.time.advance(LOCK_MS)
    for _ in range(3):
        for _ in range(FAILURES_MAX - 1):
            assert code(asks(safety, WHO, "wrong password")) == "sign_in_wrong"
        assert code(asks(safety, WHO, PASSWORD)) == "signed_in"


def test_a_lock_of_one_account_leaves_the_others_and_their_sessions_alone(here: Guarded) -> None:
    _, safety = here
    give_password(safety, WHO)
    give_password(safety, "op-intake-ZZZX")
    signed = asks(safety, WHO, PASSWORD)
    assert isinstance(signed, SignedIn)
    for _ in range(FAILURES_MAX):
        asks(safety, WHO, "wrong password")
    assert safety.tokens.find(signed.token) is not None, "who sits there works on"
    assert code(asks(safety, "op-intake-ZZZX", PASSWORD)) == "signed_in"


def test_many_guesses_at_once_get_no_more_tries_than_one_after_the_other(here: Guarded) -> None:
    _, safety = here
    give_password(safety, WHO)
    futures = [safety.sign_ins.sign_in(SignInAsked(WHO, f"guess number {n}"), "A1") for n in range(60)]
    said = [code(future.result(30)) for future in futures]
    assert said.count("sign_in_wrong") <= FAILURES_MAX
    assert "account_locked" in said
    assert "sign_in_busy" in said, "what waits is bounded"


def test_an_attempt_that_a_crash_cut_off_counts(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    accounts, now = Accounts(hall.store), hall.clock.now()
    begun = [accounts.begin(WHO, now, FAILURES_MAX, LOCK_MS) for _ in range(FAILURES_MAX + 2)]
    assert begun == [Begun.ADMITTED] * FAILURES_MAX + [Begun.LOCKED_NOW, Begun.LOCKED]
    assert accounts.begin("op-nobody", now, FAILURES_MAX, LOCK_MS) is Begun.UNKNOWN


def test_an_administrator_needs_the_second_factor(here: Guarded) -> None:
    hall, safety = here
    one_time = safety.sign_ins.reset(ADMIN)
    assert isinstance(one_time, str)
    assert code(asks(safety, ADMIN, one_time, new_password=NEW)) == "second_factor_missing"
    secret = safety.sign_ins.second_factor(ADMIN)
    assert isinstance(secret, bytes)
    digits = code_at(secret, hall.clock.now() // STEP_MS)
    wrong = f"{(int(digits) + 1) % 1_000_000:06d}"
    needed = asks(safety, ADMIN, one_time)
    assert isinstance(needed, Refusal)
    assert (needed.code, needed.field) == ("second_factor_needed", "code")
    assert code(asks(safety, ADMIN, one_time, code=wrong, new_password=NEW)) == "sign_in_wrong"
    first = asks(safety, ADMIN, one_time, code=digits)
    assert isinstance(first, SignedIn)
    assert first.must_change
    signed = asks(safety, ADMIN, one_time, code=digits, new_password=NEW)
    assert isinstance(signed, SignedIn)
    assert signed.cut_off_ms == 0, "who needs a second factor does not come in without the hub"
    assert code(asks(safety, ADMIN, NEW, code=digits)) == "sign_in_wrong", "no code opens twice"
    hall.time.advance(STEP_MS)
    assert code(asks(safety, ADMIN, NEW, code=code_at(secret, hall.clock.now() // STEP_MS))) == "signed_in"


def test_guessing_the_second_factor_locks_too(here: Guarded) -> None:
    _, safety = here
    give_password(safety, WHO)
    safety.sign_ins.second_factor(WHO)
    said = [code(asks(safety, WHO, PASSWORD, code="abcdef")) for _ in range(FAILURES_MAX)]
    assert said[-1] == "account_locked"


def test_a_new_sign_in_ends_the_session_before_it(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    first, second = asks(safety, WHO, PASSWORD), asks(safety, WHO, PASSWORD)
    assert isinstance(first, SignedIn)
    assert isinstance(second, SignedIn)
    assert safety.tokens.find(first.token) is None
    assert safety.tokens.find(second.token) is not None
    assert kinds(hall, WHO)[-2:] == ["session_closed", "session_opened"]


def test_signing_out_ends_the_session_once(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    signed = asks(safety, WHO, PASSWORD)
    assert isinstance(signed, SignedIn)
    grant = safety.tokens.find(signed.token)
    assert grant is not None
    assert safety.sign_ins.sign_out(WHO, grant.actor).session == signed.session
    assert safety.tokens.find(signed.token) is None
    head = hall.store.head().gseq
    assert safety.sign_ins.sign_out(WHO, grant.actor).session == ""
    assert hall.store.head().gseq == head


def test_a_seat_that_is_left_late_ends_no_other_session(here: Guarded) -> None:
    _, safety = here
    give_password(safety, WHO)
    first = asks(safety, WHO, PASSWORD)
    assert isinstance(first, SignedIn)
    left = safety.tokens.find(first.token)
    second = asks(safety, WHO, PASSWORD)
    assert left is not None
    assert isinstance(second, SignedIn)
    assert safety.sign_ins.sign_out(WHO, left.actor).session == ""
    assert safety.tokens.find(second.token) is not None


def test_a_session_gives_the_operators_role_and_ends_by_time(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    signed = asks(safety, WHO, PASSWORD)
    assert isinstance(signed, SignedIn)
    while hall.clock.now() < signed.until:
        grant = safety.tokens.find(signed.token)
        assert grant is not None
        assert (grant.operator, grant.role, grant.session) == (WHO, "dispatcher", signed.session)
        hall.time.advance(10 * MINUTE_MS)
    assert safety.tokens.find(signed.token) is None


@pytest.mark.parametrize(("duty", "opens"), [((), False), (("A1",), True)])
def test_an_idle_session_locks_but_not_that_of_the_duty_seat(
    tmp_path: Path, duty: tuple[str, ...], opens: bool
) -> None:
    with guarded(tmp_path, SafetySettings(duty_seats=duty)) as (hall, safety):
        give_password(safety, WHO)
        signed = asks(safety, WHO, PASSWORD)
        assert isinstance(signed, SignedIn)
        assert (signed.idle_lock_ms == 0) is opens
        hall.time.advance(10 * MINUTE_MS + 1)
        assert (safety.tokens.find(signed.token) is not None) is opens


def test_only_operators_of_the_hall_get_a_password(here: Guarded) -> None:
    _, safety = here
    assert _refused(safety.sign_ins.reset("op-nobody")) == "operator_not_granted"
    assert _refused(safety.sign_ins.second_factor(WHO)) == "account_unknown"


def _refused(answer: object) -> str:
    return answer.code if isinstance(answer, Refusal) else ""


def test_a_password_never_stands_in_the_file_or_the_log(here: Guarded) -> None:
    hall, safety = here
    give_password(safety, WHO)
    account = Accounts(hall.store).get(WHO)
    assert account is not None
    assert account.verifier.startswith("$argon2id$")
    assert PASSWORD not in repr(account)
    assert PASSWORD.encode() not in b"".join(n.raw for n in hall.store.read_after(0, 1000))
