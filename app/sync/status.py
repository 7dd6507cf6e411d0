"""How the line to the hub stands, as one frozen value that windows and metrics read."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant

LinkPhase = Literal["alone", "connecting", "catching_up", "live", "cut_off", "refused"]
"""`alone`: this PC numbers by itself. `refused`: the hub answered and would not; trying goes on slowly."""


NO_UPPER, UPPER_UNREACHED = 0, -1
"""What stands where a number up to which the upper hub has the log would; on the line to desks too, where an
older hub says 0 for both."""


def reached_above(upper: int | None) -> int:
    """How far the upper hub has the log, as a hub tells its desks: `upper` is None for one with none above
    it."""
    if upper is None:
        return NO_UPPER
    return upper or UPPER_UNREACHED


class LinkStatus(msgspec.Struct, frozen=True):
    """`since` is when the phase began and `heard_at` when the hub last spoke, both in hall time; 0: never.

    `pending` entries are saved here and not at the hub. `hub_gseq` is the hub's head as last heard,
    `upper_gseq` how far the upper hub has the log: NO_UPPER where there is none, UPPER_UNREACHED where there
    is one of which nobody knows yet that it has anything. `clock_off_ms` is hub time less the PC's clock;
    `clock_verified` is False after a restart while cut off. `trouble` is the code of a Refused, or
    `mismatch` (what the hub sends does not continue this log), `disk` (this PC's refuses), `digest_differs`,
    or empty. `rtt_ms` is the last round trip.
    """

    phase: LinkPhase
    hub: str = ""
    since: Instant = 0
    heard_at: Instant = 0
    pending: int = 0
    gseq: int = 0
    hub_gseq: int = 0
    upper_gseq: int = NO_UPPER
    clock_off_ms: int = 0
    clock_verified: bool = True
    rtt_ms: int = 0
    trouble: str = ""


ALONE = LinkStatus("alone")
