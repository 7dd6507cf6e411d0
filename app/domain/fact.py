"""A fact as the fold sees it: a decoded body with its place in the log."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.base.clock import Instant

PENDING_FROM = 1 << 60
"""Numbers from here on are no hub's: the fact waits on its own PC for its number."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """`at` is the effective time in ms UTC; `gseq` the number in the stream; `actor` the operator's id.

    `origin` is the database that wrote it, `base` the number of each subject that its decider had seen; what
    the system did as a consequence has none.
    """

    body: msgspec.Struct
    at: Instant
    gseq: int
    eid: str
    actor: str
    kind: str
    occurred_at: Instant
    cause: str | None = None
    origin: str = ""
    base: Mapping[str, int] = {}
    desk: str = ""

    @property
    def pending(self) -> bool:
        """Durable on its own PC only."""
        return self.gseq >= PENDING_FROM
