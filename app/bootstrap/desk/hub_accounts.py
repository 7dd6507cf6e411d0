"""Accounts that lie at a hub elsewhere; cut off, what this PC kept of earlier sign-ins decides."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from app.base.errors import WorldError
from app.base.logs import Logger
from app.commands.desk import Desk
from app.commands.sessions import close_session
from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.sync.hub_calls import HubCalls
from app.sync.ports import NotesPort
from app.sync.seats.seat import SeatSignIn
from app.sync.seats.signing import SESSIONS_PATH, SignedIn, SignedOut, SignInAsked

_log = Logger(__name__)


class _Calls:
    """The hub as SeatSignIn asks it; remembers the bearer tokens of the sessions it gave."""

    def __init__(self, calls: HubCalls) -> None:
        self._calls = calls
        self._lock = threading.Lock()
        self._tokens: dict[str, str] = {}

    def sign_in(self, asked: SignInAsked) -> SignedIn | Refusal:
        answer = self._calls.ask("POST", SESSIONS_PATH, asked, SignedIn)
        if isinstance(answer, SignedIn) and answer.token:
            with self._lock:
                self._tokens[answer.session] = answer.token
        return answer

    def sign_out(self, session: str) -> bool:
        """Whether the hub closed it; False for a session it does not know, or when it is away."""
        with self._lock:
            token = self._tokens.pop(session, "")
        if not token:
            return False
        try:
            return isinstance(
                self._calls.ask("DELETE", SESSIONS_PATH, None, SignedOut, token=token), SignedOut
            )
        except WorldError as error:
            _log.info("signing.hub_away", cause=error.key)
            return False


class HubAccounts:
    """Implements Signing."""

    def __init__(self, calls: HubCalls, desk: Desk, notes: NotesPort, *, guarded: bool) -> None:
        self._hub = _Calls(calls)
        self._seat = SeatSignIn(self._hub, desk, notes)
        self._desk = desk
        self._guarded = guarded

    @property
    def guarded(self) -> bool:
        return self._guarded

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        return self._seat.sign_in(asked)

    def sign_out(self, actor: Actor, why: str) -> None:
        if not self._hub.sign_out(actor.session):
            close_session(self._desk, actor.operator, actor.session, why, actor)

    def close(self) -> None:
        self._seat.close()
