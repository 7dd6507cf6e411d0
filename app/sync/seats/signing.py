"""What a seat and the hub say to each other when somebody signs in."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant

SESSIONS_PATH = "/api/v1/sessions"
"""POST SignInAsked: SignedIn, or a problem whose `rule` is the refusal. DELETE: SignedOut."""

How = Literal["password", "switch", "cut_off"]
"""By password at the hub, by handing the seat over, or by what this PC kept while cut off."""


class SignInAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is the second factor's, where the account has one; `role` one of the operator's, the first when
    empty. `new_password` puts another in the place of `password` in the same breath."""

    operator: str
    password: str
    code: str = ""
    new_password: str = ""
    role: str = ""
    how: Literal["password", "switch"] = "password"


class SignedIn(msgspec.Struct, frozen=True):
    """`session` names the sitting in the log, `token` is its bearer token at the hub, good until `until`.

    The seat locks after `idle_lock_ms` without a hand on it; 0: never, for the seat on duty. A PC may let the
    operator in by itself for `cut_off_ms` after this. With `must_change` there is no session yet: the
    one-time password was right and must be replaced first. Cut off, `token` is empty and `until` ends it.
    """

    operator: str
    role: str = ""
    roles: tuple[str, ...] = ()
    unit: str = ""
    how: How = "password"
    session: str = ""
    token: str = ""
    until: Instant = 0
    idle_lock_ms: int = 0
    cut_off_ms: int = 0
    must_change: bool = False


class SignedOut(msgspec.Struct, frozen=True):
    """The session is closed."""

    session: str
