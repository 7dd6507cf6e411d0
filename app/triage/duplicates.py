"""Near duplicates: open cases whose words or place are so close that they may be the same matter."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from app.base.clock import DAY_MS, Instant
from app.projections.bigrams import bigrams
from app.projections.reading import CaseText, Reading
from app.projections.selecting import Board

NEAR = 0.35
"""Jaccard share of common bigrams from which two texts are shown side by side; the operator judges."""

NEAR_SAME_PLACE = 0.15
"""The same, where area and category agree too."""

WINDOW_MS = 7 * DAY_MS
"""Older cases are another occurrence of the matter, not a second report of this one."""

CANDIDATES_MAX = 300
"""Newest open cases of the window compared word by word: about a millisecond."""


class Near(msgspec.Struct, frozen=True):
    """A case that may be the same matter; `share` of common bigrams, 0 to 1."""

    row: int
    text: CaseText
    share: float


def near_duplicates(
    reading: Reading, board: Board, what: str, area: str, category: str, now: Instant, most: int = 3
) -> tuple[Near, ...]:
    """The open cases nearest to a report being typed, the nearest first."""
    wanted = frozenset(bigrams(what).split())
    if len(wanted) < 2:
        return ()
    rows = _candidates(reading, board, area, now)
    texts = reading.texts(rows)
    same_category = reading.words.find(category) if category else -1
    categories = board.at("category", np.array(rows, dtype=np.int64))
    found = []
    for row, word in zip(rows, categories, strict=True):
        text = texts[row]
        share = jaccard(wanted, frozenset(bigrams(text.what).split()))
        if share >= (NEAR_SAME_PLACE if int(word) == same_category and area else NEAR):
            found.append(Near(row, text, share))
    return tuple(sorted(found, key=lambda n: (-n.share, -n.row))[:most])


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Common elements as a share of all; 0 for two empty sets."""
    either = len(a | b)
    return len(a & b) / either if either else 0.0


def _candidates(reading: Reading, board: Board, area: str, now: Instant) -> Sequence[int]:
    rows = board.open_rows
    rows = rows[board.at("received_at", rows) >= now - WINDOW_MS]
    street = reading.hall.areas.street_of(area)
    if street:
        rows = rows[board.at("street", rows) == reading.words.find(street)]
    return [int(row) for row in rows[-CANDIDATES_MAX:]]
