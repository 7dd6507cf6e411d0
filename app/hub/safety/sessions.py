"""Sessions of operators at the hub: one an account, found by bearer token, ended by time or by idleness."""

from __future__ import annotations

import hmac
import threading
from collections import OrderedDict

import msgspec

from app.base.clock import Instant
from app.commands.desk import Desk
from app.commands.sessions import close_session, open_session
from app.domain.actor import Actor
from app.domain.sessions import SignIn
from app.hub.requests.grants import Grant
from app.hub.safety.bearer_secret import hash_of, new_secret
from app.hub.safety.settings import SafetySettings
from app.log.safety.bearers import Bearer, Bearers
from app.log.safety.shared import SessionUses

SEEN_MAX = 10_000
"""Sessions whose last use is remembered: more than six halls have; the longest silent counts as idle."""

TELL_MS = 30_000
"""How often other processes are told of a use: a session locks after minutes."""


class SessionHolder(msgspec.Struct, frozen=True):
    """What a session's row says besides."""

    role: str
    desk: str
    idle_ms: int


class Sessions:
    """Opens, finds and closes sessions; each opening and closing is an entry."""

    def __init__(
        self, desk: Desk, bearers: Bearers, settings: SafetySettings, uses: SessionUses | None = None
    ) -> None:
        """`uses` tells other processes of the hall, where there are any, and is told by them."""
        self._desk = desk
        self._uses = uses
        self._bearers = bearers
        self._settings = settings
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, Instant] = OrderedDict()
        self._told: dict[str, Instant] = {}

    def open(self, actor: Actor, how: SignIn) -> tuple[str, str, Instant]:
        """(session, bearer token, when it ends) of a new session in the place of the operator's last one."""
        now = self._desk.clock.now()
        session = self._desk.ids(now)
        before = self._bearers.session_of(actor.operator)
        secret, until = new_secret(session), now + self._settings.session_ms
        idle_ms = self._settings.idle_lock_ms(actor.desk)
        holder = msgspec.json.encode(SessionHolder(actor.role, actor.desk, idle_ms)).decode()
        self._bearers.put(Bearer(session, hash_of(secret), actor.operator, holder, now, until))
        self._touch(session, now)
        if before is not None:
            why = "switched" if before.expires_at > now else "expired"
            close_session(self._desk, actor.operator, before.token, why, actor)
        open_session(self._desk, actor.operator, session, how, actor)
        return session, secret, until

    def close(self, operator: str, why: str, actor: Actor) -> str:
        """End the operator's session; its id, empty when there was none. An actor in a session ends that one
        only: a seat that is left late must not end what the operator began at the next."""
        standing = self._bearers.session_of(operator)
        if standing is None or actor.session not in ("", standing.token):
            return ""
        if not self._bearers.remove(standing.token):
            return ""
        close_session(self._desk, operator, standing.token, why, actor)
        return standing.token

    def grant(self, row: Bearer, secret: str) -> Grant | None:
        """What the session of `row` gives now; None when it ended or idled out, or the role is gone."""
        now = self._desk.clock.now()
        if not hmac.compare_digest(row.secret_hash, hash_of(secret)) or row.expires_at <= now:
            return None
        holder = msgspec.json.decode(row.holder, type=SessionHolder)
        granted = self._desk.hall.operators.get(row.operator)
        if granted is None or holder.role not in granted.roles or self._idled(row, holder, now):
            return None
        self._touch(row.token, now)
        return Grant(
            token=row.token,
            name=row.operator,
            role=holder.role,
            unit=granted.unit,
            operator=row.operator,
            session=row.token,
        )

    def _idled(self, row: Bearer, holder: SessionHolder, now: Instant) -> bool:
        with self._lock:
            # After a restart of the hub nobody's last use is known: it counts from when the session began.
            seen = self._seen.get(row.token, row.issued_at)
        if not holder.idle_ms or now - seen <= holder.idle_ms:
            return False
        # It may have been used at another process all the while.
        return self._uses is None or now - self._uses.last(row.token) > holder.idle_ms

    def _touch(self, session: str, now: Instant) -> None:
        with self._lock:
            self._seen[session] = now
            self._seen.move_to_end(session)
            while len(self._seen) > SEEN_MAX:
                gone, _ = self._seen.popitem(last=False)
                self._told.pop(gone, None)
            tell = self._uses is not None and now - self._told.get(session, 0) >= TELL_MS
            if tell:
                self._told[session] = now
        if self._uses is not None and tell:
            self._uses.used(session, now)
