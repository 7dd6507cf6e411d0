"""The second factor: codes by time, RFC 6238, as every authenticator shows them."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from urllib.parse import quote

from app.base.clock import Instant

STEP_MS = 30_000
DIGITS = 6
SECRET_BYTES = 20

STEPS_OFF_MAX = 1
"""A telephone's clock may be half a minute off, and a code is typed for some seconds."""


def new_totp_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step, with its leading zeros. Source: RFC 4226, 5.3."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def fitting_step(secret: bytes, code: str, now: Instant, used: int) -> int:
    """The time step whose code `code` is, later than the step `used`; 0 when it is none of the present."""
    present = now // STEP_MS
    for step in range(present - STEPS_OFF_MAX, present + STEPS_OFF_MAX + 1):
        if step > used and hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return 0


def totp_uri(secret: bytes, operator: str, issuer: str) -> str:
    """What authenticators read from a picture or take typed."""
    shown = base64.b32encode(secret).decode("ascii")
    return f"otpauth://totp/{quote(f'{issuer}:{operator}')}?secret={shown}&issuer={quote(issuer)}"
