"""A fact as the fold sees it: a decoded body with its place in the log."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant


class Fact(msgspec.Struct, frozen=True, gc=False):
    """`at` is the effective time in ms UTC; `gseq` the number in the stream; `actor` the operator's id."""

    body: msgspec.Struct
    at: Instant
    gseq: int
    eid: str
    actor: str
    kind: str
    occurred_at: Instant
    cause: str | None = None
