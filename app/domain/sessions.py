"""Who sat at which desk from when to when, and whose account was locked: for the audit alone."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant

SignIn = Literal["password", "cut_off", "switch", "choice"]
"""How a session began: by password at the hub, by the verifier kept on a PC that is cut off, by handing the
seat over, or by plain choice in a demo hall."""


class SessionOpened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An operator sat down at a desk."""

    operator: str
    session: str
    how: SignIn


class SessionClosed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's session ended; `why` is a code: signed_out, switched, locked, expired, closed."""

    operator: str
    session: str
    why: str


class AccountLocked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Too many wrong passwords: nobody signs in as this operator before `until`, in ms UTC."""

    operator: str
    until: Instant
