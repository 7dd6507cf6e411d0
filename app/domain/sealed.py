"""Personal data as entries and read models may carry it: a mask, a reference, a salted hash."""

from __future__ import annotations

import msgspec


class Sealed(msgspec.Struct, frozen=True):
    """`mask` is what people see; `ref` finds the value in the vault; `hash` proves the value while its salt
    lives.

    The salt lies in the vault and goes with the value, so that after erasure the hash tells nothing.
    """

    ref: str
    mask: str
    hash: str
