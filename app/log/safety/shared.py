"""What several processes of one hall must have alike, besides the rows of sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.base.clock import Instant


class Keepsakes(Protocol):
    """Small secrets, kept once by whoever comes first. All methods on any thread; they wait for a server.
    WorldError when it is gone, or a secret was changed."""

    def get(self, name: str) -> bytes | None:
        """What was kept under this name; None when nothing was."""
        ...

    def keep(self, name: str, value: bytes) -> bytes:
        """Keep `value`, durably, unless something stands under this name already; what stands there then."""
        ...

    def replace(self, name: str, value: bytes) -> None:
        """Keep `value`, durably, whatever stood there."""
        ...


class SessionUses(Protocol):
    """When operators' sessions were last used, at whichever process. All methods on any thread."""

    def used(self, session: str, now: Instant) -> None:
        """Let the others know, soon: nothing is waited for, and nothing raised."""
        ...

    def last(self, session: str) -> Instant:
        """The last use that any process told of; 0 for none. WorldError when the server is gone."""
        ...


@dataclass(frozen=True)
class SharedSafety:
    """Both, of one hall."""

    keepsakes: Keepsakes
    uses: SessionUses
