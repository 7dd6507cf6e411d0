"""Numbered entries as pages of news: encoded once, for every line that stands at the same place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from app.log.entries import Numbered
from app.sync.frames import PAGE_BYTES, PAGE_ENTRIES_MAX, Lines, News, write_frame
from app.sync.lines import line_of


class Page(msgspec.Struct, frozen=True, gc=False):
    """An encoded News frame with the lines after `after`, up to and with `last`."""

    after: int
    last: int
    data: bytes


def encode_pages(entries: Sequence[Numbered]) -> list[Page]:
    """`entries`, which follow each other, as pages in order; none for none."""
    return [_page(part) for part in _parts(entries)]


def first_lines(entries: Sequence[Numbered]) -> Lines:
    """As many of `entries`, which follow each other, as go into one frame back to the hub."""
    for part in _parts(entries):
        first = part[0]
        return Lines(first.epoch, first.prev_hash, tuple(line_of(numbered) for numbered in part))
    return Lines(0, "", ())


def _page(part: Sequence[Numbered]) -> Page:
    first = part[0]
    frame = News(first.epoch, first.prev_hash, tuple(line_of(numbered) for numbered in part))
    return Page(first.gseq - 1, part[-1].gseq, write_frame(frame))


def _parts(entries: Sequence[Numbered]) -> Iterator[Sequence[Numbered]]:
    """Cut where a page is full, and where an epoch ends: a frame names one for all its lines."""
    begin = size = 0
    for index, numbered in enumerate(entries):
        full = size + len(numbered.raw) > PAGE_BYTES or index - begin >= PAGE_ENTRIES_MAX
        if index > begin and (full or numbered.epoch != entries[begin].epoch):
            yield entries[begin:index]
            begin, size = index, 0
        size += len(numbered.raw)
    if begin < len(entries):
        yield entries[begin:]
