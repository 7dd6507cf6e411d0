"""Signing in at a seat whose hub is elsewhere: the hub is asked; cut off, what this PC kept decides."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from msgspec.structs import replace

from app.base.errors import WorldError
from app.base.passwords import Passwords
from app.commands.desk import Desk
from app.commands.sessions import lock_account, open_session
from app.domain.actor import SYSTEM, Actor
from app.domain.refusal import Refusal
from app.sync.ports import NotesPort
from app.sync.seats.kept import KeptSignIns, TurnedAway
from app.sync.seats.signing import SignedIn, SignInAsked


class Hub(Protocol):
    """The hub, as far as signing in needs it."""

    def sign_in(self, asked: SignInAsked) -> SignedIn | Refusal:
        """WorldError when it is away, or cannot prove or explain itself."""
        ...


class SeatSignIn:
    """Lets operators in at one PC. `desk` writes into its own log, which is there cut off too."""

    def __init__(self, hub: Hub, desk: Desk, notes: NotesPort, passwords: Passwords | None = None) -> None:
        self._hub = hub
        self._desk = desk
        self._kept = KeptSignIns(notes, passwords or Passwords())
        # One: a second operator waits for the first, as at the seat itself.
        self._thread = ThreadPoolExecutor(1, "muster-seat-sign-in")

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        """Let the operator in or say why not; within the hub's time-out when it is silent."""
        try:
            return self._thread.submit(self.judge, asked)
        except RuntimeError as error:
            raise WorldError("log_closed") from error

    def judge(self, asked: SignInAsked) -> SignedIn | Refusal:
        """The same on the caller's thread."""
        try:
            answer = self._hub.sign_in(asked)
        except WorldError:
            return self._cut_off(asked)
        if isinstance(answer, SignedIn) and not answer.must_change:
            password = asked.new_password or asked.password
            now = self._desk.clock.now()
            self._kept.keep(asked.operator, password, now, answer.cut_off_ms, answer.idle_lock_ms)
        return answer

    def close(self) -> None:
        """Finish what is being judged, and no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _cut_off(self, asked: SignInAsked) -> SignedIn | Refusal:
        if asked.new_password:
            return Refusal("password_needs_hub", "new_password")
        granted = self._desk.hall.operators.get(asked.operator)
        if granted is None:
            return Refusal("cut_off_unknown")
        if asked.role and asked.role not in granted.roles:
            return Refusal("role_not_granted", params={"role": asked.role[:40]})
        now = self._desk.clock.now()
        actor = Actor(asked.operator, asked.role or granted.roles[0], granted.unit, self._desk.letters)
        kept = self._kept.judge(asked.operator, asked.password, now)
        if isinstance(kept, TurnedAway):
            if kept.locks_until:
                lock_account(self._desk, asked.operator, kept.locks_until, replace(SYSTEM, desk=actor.desk))
            return kept.refusal
        session = self._desk.ids(now)
        open_session(self._desk, asked.operator, session, "cut_off", actor)
        return SignedIn(
            operator=asked.operator,
            role=actor.role,
            roles=granted.roles,
            unit=granted.unit,
            how="cut_off",
            session=session,
            until=kept.until,
            idle_lock_ms=kept.idle_lock_ms,
        )
