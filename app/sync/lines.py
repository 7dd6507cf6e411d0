"""A numbered entry as a line of a frame, and a line read back as the entry it was."""

from __future__ import annotations

import msgspec

from app.log.entries import Entry, Numbered, read_entry
from app.log.upcast import upcast
from app.sync.frames import Line, Lines, News


class UnreadableError(ValueError):
    """The line at `gseq` holds no entry."""

    def __init__(self, gseq: int) -> None:
        super().__init__(gseq)
        self.gseq = gseq


def line_of(numbered: Numbered) -> Line:
    """`numbered` without what the line before it and the frame say already."""
    return Line(
        numbered.gseq,
        numbered.hub_time,
        numbered.at,
        numbered.hash,
        numbered.raw,
        numbered.verdict,
        numbered.home,
        numbered.home_gseq,
    )


def numbered_of(line: Line, stream: str, epoch: int, prev_hash: str) -> Numbered:
    """The entry of `line` with its body lifted to the newest version; UnreadableError when it holds none.

    Nothing is believed of it yet: proving is the taker's.
    """
    try:
        entry = _lifted(read_entry(line.raw), line.verdict)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(line.gseq) from error
    return Numbered(
        line.gseq,
        stream,
        epoch,
        line.hub_time,
        line.at,
        prev_hash,
        line.hash,
        line.raw,
        entry,
        line.verdict,
        line.home,
        line.home_gseq,
    )


def numbered_lines(news: News | Lines, stream: str) -> tuple[Numbered, ...]:
    """All entries of a page; UnreadableError names the first that is none."""
    numbered: list[Numbered] = []
    prev_hash = news.prev_hash
    for line in news.lines:
        numbered.append(numbered_of(line, stream, news.epoch, prev_hash))
        prev_hash = line.hash
    return tuple(numbered)


def _lifted(entry: Entry, verdict: str) -> Entry:
    # A body that was judged unfit may not fit a lift either.
    return entry if verdict else upcast(entry)
