"""A page of the board for a caller: filtered in columns, newest first, with a cursor that stays true while
cases come and change."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator

import msgspec
import numpy as np

from app.base.clock import Instant
from app.hub.answers.sight import Sight, within
from app.hub.front import Front
from app.hub.limits import SCAN_MAX
from app.hub.requests.problems import ProblemError
from app.projections.board_row import NEVER
from app.projections.reading import GONE
from app.projections.selecting import LIGHTS, OWN, Board, Rows
from app.projections.words import Words

WINDOW = 50_000
"""Rows filtered at a time, a millisecond's worth."""

_CURSOR = b"1:"
"""Version of the cursor; a row's number never changes and is never used again."""


class IncidentLine(msgspec.Struct, frozen=True):
    """A case in a list; `light` is that of its next deadline, `none` without one; `home` the stream of the
    lower hub that owns it, empty where this one does. Times are ms UTC."""

    id: str
    code: str
    home: str
    state: str
    what: str
    address: str
    area: str
    category: str
    sla_class: str
    urgent: bool
    channel: str
    owner: str
    lead: str
    light: str
    received_at: Instant
    changed_at: Instant
    due_at: Instant | None
    closed_at: Instant | None


class Wanted(msgspec.Struct, frozen=True):
    """What a list is narrowed to; empty fields do not narrow."""

    state: str = ""
    text: str = ""
    area: str = ""
    home: str = ""


def page(
    front: Front, sight: Sight, wanted: Wanted, before: int | None, limit: int
) -> tuple[list[int], int | None]:
    """At most `limit` row numbers below `before`, newest first, and where to go on; None at the end.

    A page may be short, or empty, before the end: a unit's closed cases are looked at one by one, SCAN_MAX
    at a time.
    """
    front.glance.catch_up()
    reading = front.hall.reading
    columns, parting = reading.columns, sight.parting(reading.columns, reading.words)
    passes = _filter(front, wanted)
    taken: list[int] = []
    looked = 0
    for window in _windows(front, wanted, len(columns) if before is None else before):
        rows = passes(window)
        sure, doubtful = parting(rows)
        keep = sure | doubtful
        for row, seen in zip(rows[keep].tolist(), sure[keep].tolist(), strict=True):
            if len(taken) == limit or looked == SCAN_MAX:
                # Everything below this one is still to come, and it is itself the first of the next page.
                return taken, row + 1
            if not seen:
                looked += 1
                case = reading.case(reading.texts([row])[row].incident)
                seen = case is not None and sight.sees(case)
            if seen:
                taken.append(row)
    return taken, None


def _windows(front: Front, wanted: Wanted, before: int) -> Iterator[Rows]:
    """Row numbers below `before`, newest first, so many at a time: a page is mostly full after the first."""
    columns = front.hall.reading.columns
    if wanted.text:
        found = np.array(front.hall.reading.find(wanted.text), dtype=np.int64)
        # The index may know cases of this moment that the columns do not hold yet.
        yield found[found < min(before, len(columns))]
        return
    top = min(before, len(columns))
    while top > 0:
        low = max(0, top - WINDOW)
        yield np.arange(top - 1, low - 1, -1, dtype=np.int64)
        top = low


def _filter(front: Front, wanted: Wanted) -> Callable[[Rows], Rows]:
    """Which of some rows pass, in their order."""
    reading = front.hall.reading
    columns, words = reading.columns, reading.words
    nothing, state = words.find(""), words.find(wanted.state)
    home = nothing if wanted.home == OWN else words.find(wanted.home)
    inside = within(reading.hall.areas, words, wanted.area) if wanted.area else None

    def passing(rows: Rows) -> Rows:
        states = columns.column("state")[rows]
        # The empty word is the state of a case that vanished.
        keep = states == state if wanted.state else states != nothing
        if wanted.home:
            keep = keep & (columns.column("home")[rows] == home)
        if inside is not None:
            keep = keep & inside[columns.column("area")[rows]]
        kept: Rows = rows[keep]
        return kept

    return passing


def lines(front: Front, rows: list[int], now: Instant) -> list[IncidentLine]:
    """These rows in words, in the same order."""
    reading = front.hall.reading
    board, texts = front.glance.columns, reading.texts(rows)
    chosen = np.array(rows, dtype=np.int64)
    lights = board.lights(chosen, now)
    found = []
    for place, row in enumerate(rows):
        text = texts[row]
        if text is GONE:
            continue
        word = _words_of(board, reading.words, chosen[place : place + 1])
        times = {name: int(board.at(name, chosen[place : place + 1])[0]) for name in _TIMES}
        found.append(
            IncidentLine(
                id=text.incident,
                code=text.code,
                home=word["home"],
                state=word["state"],
                what=text.what,
                address=text.address,
                area=word["area"],
                category=word["category"],
                sla_class=word["sla_class"],
                urgent=bool(board.at("urgency", chosen[place : place + 1])[0]),
                channel=word["channel"],
                owner=word["owner"],
                lead=word["lead"],
                light=LIGHTS[int(lights[place])],
                received_at=times["received_at"],
                changed_at=times["changed_at"],
                due_at=times["due_at"] if times["due_at"] != NEVER else None,
                closed_at=times["closed_at"] if times["closed_at"] != NEVER else None,
            )
        )
    return found


_TIMES = ("received_at", "changed_at", "due_at", "closed_at")
_NAMES = ("state", "area", "category", "sla_class", "channel", "owner", "lead", "home")


def _words_of(board: Board, words: Words, row: Rows) -> dict[str, str]:
    return {name: words.text(int(board.at(name, row)[0])) for name in _NAMES}


def write_cursor(before: int) -> str:
    return base64.urlsafe_b64encode(_CURSOR + str(before).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int | None:
    """The row a cursor goes on below, None for an empty one; ProblemError for one we did not write."""
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    digits = raw.removeprefix(_CURSOR)
    if not raw.startswith(_CURSOR) or not digits.isdigit() or len(digits) > 18:
        raise ProblemError("field", field="cursor", rule="cursor")
    return int(digits)
