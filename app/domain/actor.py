"""Who acts: an operator at a desk in a role, for a unit."""

from __future__ import annotations

import msgspec

SYSTEM_ROLE = "system"
CENTRE_UNIT = "ZZZX"
"""The district governance centre's own department code."""


class Actor(msgspec.Struct, frozen=True):
    """One operator in one role at one desk; `unit` is a department code or `JD@<area code>`."""

    operator: str
    role: str
    unit: str = CENTRE_UNIT
    desk: str = ""
    session: str = ""


SYSTEM = Actor(operator="system", role=SYSTEM_ROLE)
"""Not a person: consequences, and what falls due by time."""
