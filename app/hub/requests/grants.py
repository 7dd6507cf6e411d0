"""Who calls: what a bearer token stands for, and who knows the tokens."""

from __future__ import annotations

from typing import Protocol

import msgspec

from app.domain.actor import CENTRE_UNIT, Actor


class Grant(msgspec.Struct, frozen=True):
    """What a token gives. `areas` are codes of the area tree. `operator` and `session` are filled where a
    person of a desk signed in; a machine's entries are written as `token:<id>`."""

    token: str
    name: str
    role: str
    unit: str = CENTRE_UNIT
    areas: tuple[str, ...] = ()
    operator: str = ""
    session: str = ""

    @property
    def actor(self) -> Actor:
        """The same in the words of the commands."""
        return Actor(self.operator or f"token:{self.token}", self.role, self.unit, "", self.session)


class Tokens(Protocol):
    """The tokens of a hall."""

    def find(self, secret: str) -> Grant | None:
        """What this secret gives; None for one that is unknown, revoked or expired. Quick, on any thread."""
        ...
