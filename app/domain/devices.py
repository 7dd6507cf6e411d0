"""PCs and programs that may speak to the hub: enrolled and revoked by entries, secrets never among them."""

from __future__ import annotations

import msgspec

from app.domain.label import Label


class DeviceEnrolled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PC's database may push: `device` is its origin, `letters` its two characters in case codes.

    `fingerprint` is the SHA-256, in hexadecimal, of the public key in the PC's certificate.
    """

    device: str
    label: Label
    letters: str
    fingerprint: str


class DeviceRevoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The PC may push no more; what it wrote stays."""

    device: str
    reason: str


class TokenIssued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A program may act in this role for this unit, in these areas (all when empty). The secret never stands
    in the log, nor does its hash."""

    token: str
    name: str
    role: str
    unit: str
    areas: tuple[str, ...] = ()


class TokenRevoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The program may act no more."""

    token: str
    reason: str
