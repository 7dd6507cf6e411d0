"""How much room contents may take, and for how long one that nobody finishes or names is kept."""

from __future__ import annotations

import msgspec

GIB = 1024**3

ROOM_LEFT_BYTES = 2 * GIB
"""Left on the disk for the log: a full disk would stop the hall, a video that must wait does not."""

UNFINISHED_BYTES_MAX = 64 * GIB
"""What contents under way may come to: 32 of the longest at once."""

IDLE_S = 7 * 24 * 3600
"""An upload nobody went on with, and a content no entry names: a desk that was off over a holiday week still
finds its own."""

CACHE_BYTES_MAX = 20 * GIB
"""What a desk keeps of contents from the hub; those looked at longest ago go first."""


class Quota(msgspec.Struct, frozen=True):
    """Limits of one place; a test makes them small."""

    left_bytes: int = ROOM_LEFT_BYTES
    unfinished_bytes: int = UNFINISHED_BYTES_MAX
    idle_s: float = IDLE_S
