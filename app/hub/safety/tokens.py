"""Bearer tokens: machines' ones issued and revoked by entries, operators' ones from signing in."""

from __future__ import annotations

import hmac

import msgspec

from app.commands.desk import Desk
from app.commands.tokens import issue_token, revoke_token
from app.domain.actor import Actor
from app.domain.devices import TokenIssued
from app.domain.refusal import Refusal
from app.hub.requests.grants import Grant
from app.hub.safety.bearer_secret import hash_of, new_secret, token_of
from app.hub.safety.sessions import Sessions
from app.log.safety.bearers import Bearer, Bearers


class IssuedToken(msgspec.Struct, frozen=True):
    """A new machine token. `secret` is shown once and cannot be asked for again."""

    token: str
    secret: str


class HallTokens:
    """Every bearer token of a hall. `find` answers on any thread; the others wait for the disk."""

    def __init__(self, desk: Desk, bearers: Bearers, sessions: Sessions) -> None:
        self._desk = desk
        self._bearers = bearers
        self._sessions = sessions

    def find(self, secret: str) -> Grant | None:
        """What this bearer token gives; None for one that is unknown, revoked or expired.

        A machine's token lives as long as the log says: what another process revoked ends here as soon as its
        entry has come.
        """
        token = token_of(secret)
        row = self._bearers.get(token) if token else None
        if row is None:
            return None
        if row.operator:
            return self._sessions.grant(row, secret)
        issued = self._desk.hall.tokens.get(token)
        if issued is None or not hmac.compare_digest(row.secret_hash, hash_of(secret)):
            return None
        return Grant(token, issued.name, issued.role, issued.unit, issued.areas)

    def issue(
        self, name: str, role: str, actor: Actor, *, unit: str, areas: tuple[str, ...] = ()
    ) -> IssuedToken | Refusal:
        """A token for the machine client `name`, which no other living token may be called."""
        now = self._desk.clock.now()
        token = self._desk.ids(now)
        secret = new_secret(token)
        # The row first: without its entry it opens nothing, and an entry without a row would promise a token.
        self._bearers.put(Bearer(token, hash_of(secret), "", "{}", now, 0))
        refused = issue_token(self._desk, TokenIssued(token, name, role, unit, areas), actor)
        if isinstance(refused, Refusal):
            self._bearers.remove(token)
            return refused
        return IssuedToken(token, secret)

    def revoke(self, name: str, reason: str, actor: Actor) -> str | Refusal:
        """Revoke the living token called `name` (or with this id); its id."""
        for token, issued in self._desk.hall.tokens.items():
            if name in (issued.name, token):
                refused = revoke_token(self._desk, token, reason, actor)
                if isinstance(refused, Refusal):
                    return refused
                self._bearers.remove(token)
                return token
        return Refusal("token_unknown", params={"name": name[:40]})
