"""Numbers are dense, the hub's time never runs backwards, the chain follows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import ManualClock
from app.log.chain import link
from app.log.entries import Head
from app.log.files.origin import OriginTail
from app.log.numbering.sequencer import Tail, extend
from tests.helpers.counting import NOON, counted


@given(st.lists(st.tuples(st.integers(-90_000, 90_000), st.integers(1, 4)), max_size=12))
def test_any_clock_gives_dense_numbers_and_rising_time(steps: list[tuple[int, int]]) -> None:
    clock = ManualClock(NOON)
    tail = Tail(Head("stream", 1, 0, ""), 0, "here", OriginTail())
    written = []
    for move, count in steps:
        clock.advance(move)
        entries, tail = extend(tail, [counted() for _ in range(count)], clock, "sha256")
        assert len({entry.hub_time for entry in entries}) == 1
        assert all(entry.entry.time.wall == clock.now() for entry in entries)
        written += entries
    assert [entry.gseq for entry in written] == list(range(1, len(written) + 1))
    assert [entry.entry.oseq for entry in written] == [entry.gseq for entry in written]
    times = [entry.hub_time for entry in written]
    assert times == sorted(times)
    assert all(entry.at == entry.hub_time for entry in written)
    prev = ""
    for entry in written:
        assert entry.prev_hash == prev
        assert entry.hash == link(
            "sha256", prev, "stream", 1, entry.gseq, entry.hub_time, entry.at, entry.raw
        )
        prev = entry.hash
    assert (tail.head.gseq, tail.head.hash) == (len(written), prev)
