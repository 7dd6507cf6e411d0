"""The text of a bearer token: says what it is, which row it belongs to, and proves it by 256 random bits."""

from __future__ import annotations

import hashlib
import re
import secrets

_FORM = re.compile(r"muster_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([0-9a-f]{64})")
SECRET_BYTES = 32


def new_secret(token: str) -> str:
    """The bearer token of the row `token`, an id of IdMaker's form. It is shown once and kept nowhere."""
    return f"muster_{token}_{secrets.token_hex(SECRET_BYTES)}"


def token_of(secret: str) -> str:
    """The row a bearer token names; empty for what has not the form of one."""
    found = _FORM.fullmatch(secret)
    return found[1] if found else ""


def hash_of(secret: str) -> bytes:
    """What is kept. A plain hash will do: there are 256 bits to guess."""
    return hashlib.sha256(secret.encode()).digest()
