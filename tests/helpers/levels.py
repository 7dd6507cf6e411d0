"""Halls above one another, joined without a line: what one has written is passed up when a test says so."""

from __future__ import annotations

from app.log.numbering.relaying import Relayed
from tests.helpers.halls import TestHall

RULES_PAGE = 1_000


def stream_of(world: TestHall) -> str:
    return world.store.head().stream


def pass_up(lower: TestHall, upper: TestHall) -> int:
    """Everything that the upper hall does not have yet; how far it has the lower log then."""
    stream = stream_of(lower)
    while True:
        lines = lower.store.read_after(upper.store.relayed(stream).gseq, RULES_PAGE)
        outcome = upper.store.relay(lower.store.origin, stream, lines).result(20)
        assert isinstance(outcome, Relayed), outcome
        if outcome.gseq >= lower.store.head().gseq:
            return outcome.gseq
