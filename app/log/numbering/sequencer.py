"""Numbering: an origin's entry gets its dense place in the stream, the hub's time and the stream's chain."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import Clock, Instant
from app.log.chain import link
from app.log.entries import Draft, Entry, Head, Numbered, TimeClaim
from app.log.files.origin import OriginTail, seal


class Tail(msgspec.Struct, frozen=True):
    """All that the next append builds on: the stream's head, the last hub time, this database as origin."""

    head: Head
    hub_time: Instant
    origin: str
    written: OriginTail


def number(
    head: Head,
    entry: Entry,
    raw: bytes,
    hub_time: Instant,
    at: Instant,
    algorithm: str,
    verdict: str = "",
    home: str = "",
    home_gseq: int = 0,
) -> tuple[Numbered, Head]:
    """`entry` on the place after `head`, and the new head. `home` where it is another hub's."""
    gseq = head.gseq + 1
    place = (head.stream, head.epoch, gseq, hub_time, at, raw, verdict, home, home_gseq)
    chained = link(algorithm, head.hash, *place)
    numbered = Numbered(
        gseq, head.stream, head.epoch, hub_time, at, head.hash, chained, raw, entry, verdict, home, home_gseq
    )
    return numbered, Head(head.stream, head.epoch, gseq, chained)


def extend(
    tail: Tail, drafts: Sequence[Draft], clock: Clock, algorithm: str
) -> tuple[tuple[Numbered, ...], Tail]:
    """Seal and number the drafts of one append, all at one instant. UsageError when one is too big.

    The hub's time never runs backwards, whatever the PC's clock does. The effective time of what is written
    beside the sequencer is the hub's time itself: nothing lay between the deed and its number.
    """
    now = clock.now()
    hub_time = max(now, tail.hub_time)
    claim = TimeClaim(wall=now, boot=clock.boot(), boot_id=clock.boot_id, est_hub=hub_time, err=0)
    head, written = tail.head, tail.written
    numbered: list[Numbered] = []
    for draft in drafts:
        entry, raw, written = seal(draft, tail.origin, written, claim, algorithm)
        placed, head = number(head, entry, raw, hub_time, hub_time, algorithm)
        numbered.append(placed)
    return tuple(numbered), Tail(head, hub_time, tail.origin, written)
