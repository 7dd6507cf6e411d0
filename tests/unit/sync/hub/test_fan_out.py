"""One ring of pages for all lines: whoever stands anywhere gets everything once and in order."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.log.entries import Numbered, TimeClaim
from app.sync.frames import PAGE_BYTES, PAGE_ENTRIES_MAX, News, read_from_hub
from app.sync.hub import fan_out
from app.sync.hub.fan_out import FanOut
from app.sync.hub.pages import encode_pages
from app.sync.lines import UnreadableError, numbered_lines
from tests.helpers.line_logs import STREAM, MemoryHub, MemoryReplica

CLAIM = TimeClaim(wall=1, boot=1, boot_id="x")


def entries(count: int, size: int = 0) -> list[Numbered]:
    hub, writer = MemoryHub(), MemoryReplica("other")
    for _ in range(count):
        writer.write(CLAIM, "x" * size)
    hub.push("other", writer.waiting(0, count, 1 << 30), 1)
    return hub.entries


MANY = entries(60)


def news(data: bytes) -> News:
    frame = read_from_hub(data)
    assert isinstance(frame, News)
    return frame


def test_pages_end_where_entries_bytes_or_epochs_do() -> None:
    by_count = encode_pages(entries(PAGE_ENTRIES_MAX + 1))
    assert [(page.after, page.last) for page in by_count] == [(0, 500), (500, 501)]
    by_bytes = encode_pages(entries(5, PAGE_BYTES // 2))
    assert all(len(page.data) <= 2 * PAGE_BYTES for page in by_bytes)
    assert len(by_bytes) == 5
    epochs = [msgspec.structs.replace(n, epoch=1 if n.gseq < 4 else 2) for n in MANY[:6]]
    assert [(page.after, page.last, news(page.data).epoch) for page in encode_pages(epochs)] == [
        (0, 3, 1),
        (3, 6, 2),
    ]
    assert encode_pages([]) == []


def test_a_page_read_back_is_what_was_written() -> None:
    strange = msgspec.structs.replace(MANY[1], verdict="subject_taken", home="upper", home_gseq=9)
    page = encode_pages([MANY[0], strange])[0]
    read = numbered_lines(news(page.data), STREAM)
    assert read == (MANY[0], msgspec.structs.replace(strange, prev_hash=MANY[0].hash))


def test_a_line_without_an_entry_is_named() -> None:
    frame = news(encode_pages(MANY[:3])[0].data)
    lines = (frame.lines[0], msgspec.structs.replace(frame.lines[1], raw=b"\xff\xfe"), frame.lines[2])
    with pytest.raises(UnreadableError) as raised:
        numbered_lines(msgspec.structs.replace(frame, lines=lines), STREAM)
    assert raised.value.gseq == 2


def follow(fan: FanOut, cursor: int) -> list[int]:
    """What a line at `cursor` sends until it is at the head."""
    seen: list[int] = []
    while cursor < fan.head.gseq:
        page = fan.page_after(cursor)
        if page is None:
            limit = fan.missing_after(cursor)
            assert limit > 0
            page = encode_pages(MANY[cursor : cursor + min(limit, 7)])[0]
        seen += [line.gseq for line in news(page.data).lines]
        cursor = page.last
    return seen


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(0, 60), st.integers(0, 30), st.integers(1, 6))
def test_a_line_anywhere_gets_all_the_rest_once(
    portions: list[int], cursor: int, begin: int, most: int
) -> None:
    hub = MemoryHub()
    hub.entries = MANY[:begin]
    fan = FanOut(hub.head())
    before = fan_out.RING_PAGES_MAX
    fan_out.RING_PAGES_MAX = most
    try:
        end = begin
        for portion in portions:
            fan.add(MANY[end : min(60, end + portion)])
            end = min(60, end + portion)
    finally:
        fan_out.RING_PAGES_MAX = before
    assert fan.head.gseq == end
    assert follow(fan, min(cursor, end)) == list(range(min(cursor, end) + 1, end + 1))


def test_the_ring_is_bounded_and_encodes_once_for_all() -> None:
    big = entries(40, PAGE_BYTES // 2)
    fan = FanOut(MemoryHub().head())
    for numbered in big:
        fan.add([numbered])
    pages = [page for gseq in range(40) if (page := fan.page_after(gseq)) is not None]
    assert 2 < len(pages) < 40
    assert sum(len(page.data) for page in pages) <= fan_out.RING_BYTES_MAX
    assert fan.page_after(39) is fan.page_after(39)


def test_what_does_not_follow_starts_the_ring_anew() -> None:
    fan = FanOut(MemoryHub().head())
    fan.add(MANY[:5])
    fan.add(MANY[10:12])
    assert fan.page_after(0) is None
    assert fan.page_after(10) is not None
    assert fan.missing_after(5) == 5
