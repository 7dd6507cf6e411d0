"""How operators come in at this PC, whether the accounts lie here or at a hub elsewhere."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from app.domain.actor import Actor
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked


class Signing(Protocol):
    """How operators come in and leave. Futures resolve within the hub's patience; on any thread."""

    @property
    def guarded(self) -> bool:
        """Whether nobody sits down here without signing in."""
        ...

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]: ...

    def sign_out(self, actor: Actor, why: str) -> None:
        """Waits for the disk, or for the hub."""
        ...
