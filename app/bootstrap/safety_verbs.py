"""What an administrator at the hub's own machine may do about safety, here or through the control socket."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from app.bootstrap.control import Verb
from app.domain.actor import CENTRE_UNIT, SYSTEM
from app.domain.refusal import Refusal
from app.hub.safety.safety import Safety
from app.hub.safety.totp import totp_uri

ISSUER = "Muster"
"""How authenticators call the entry; the operator's id stands behind it."""


class IssueToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A machine client's token."""

    name: str
    role: str
    unit: str = CENTRE_UNIT
    areas: tuple[str, ...] = ()


class RevokeToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End the token called `name`, or with this id."""

    name: str
    reason: str = "revoked"


class InviteDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code for one PC."""

    label: str = ""
    letters: str = ""


class RevokeDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put a PC out, by its letters or its origin."""

    device: str
    reason: str = "revoked"


class AccountOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator whose account is meant."""

    operator: str


def safety_verbs(safety: Safety) -> Mapping[str, Verb]:
    """By name. Whoever may read the hub's data directory acts as the system: it holds every key there is."""

    def issue(wish: IssueToken) -> str | Refusal:
        made = safety.tokens.issue(wish.name, wish.role, SYSTEM, unit=wish.unit, areas=wish.areas)
        return made if isinstance(made, Refusal) else made.secret

    def second_factor(wish: AccountOf) -> str | Refusal:
        secret = safety.sign_ins.second_factor(wish.operator)
        if isinstance(secret, Refusal):
            return secret
        typed = base64.b32encode(secret).decode("ascii")
        return f"{typed}\n{totp_uri(secret, wish.operator, ISSUER)}"

    def end_session(wish: AccountOf) -> str | Refusal:
        ended = safety.sign_ins.sign_out(wish.operator, SYSTEM, why="closed").session
        return ended or Refusal("no_session", params={"operator": wish.operator[:40]})

    table: dict[str, tuple[type[msgspec.Struct], Any]] = {
        "token_issue": (IssueToken, issue),
        "token_revoke": (RevokeToken, lambda w: safety.tokens.revoke(w.name, w.reason, SYSTEM)),
        "device_invite": (InviteDevice, lambda w: safety.enrolment.invite(w.label, w.letters)),
        "device_revoke": (RevokeDevice, lambda w: safety.enrolment.revoke(w.device, w.reason, SYSTEM)),
        "password_reset": (AccountOf, lambda w: safety.sign_ins.reset(w.operator)),
        "second_factor": (AccountOf, second_factor),
        "session_end": (AccountOf, end_session),
    }
    return {name: Verb(wish, do) for name, (wish, do) in table.items()}
