"""Accounts that lie in this PC's own log: a hub's, or those of a PC that stands alone."""

from __future__ import annotations

from concurrent.futures import Future

from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.hub.safety.safety import Safety
from app.sync.seats.signing import SignedIn, SignInAsked


class OwnAccounts:
    """Implements Signing; the safety belongs to whoever made it."""

    def __init__(self, safety: Safety, letters: str) -> None:
        self._safety = safety
        self._letters = letters

    @property
    def guarded(self) -> bool:
        return self._safety.sign_ins.in_use

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]:
        return self._safety.sign_ins.sign_in(asked, self._letters)

    def sign_out(self, actor: Actor, why: str) -> None:
        self._safety.sign_ins.sign_out(actor.operator, actor, why)
