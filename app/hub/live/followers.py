"""What followers of the live feed are told: frames made once for all who stand at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from app.domain.incident import Incident
from app.hub.answers.sight import Sight
from app.hub.limits import LIVE_IDS_MAX
from app.hub.live.telemetry import Position, Reading
from app.projections.reading import GONE

if TYPE_CHECKING:
    from app.hub.front import Front


class BoardNews(msgspec.Struct, frozen=True, tag="board"):
    """These incidents are new or changed up to entry `gseq`. `anew`: more did than are named here; read the
    list again."""

    gseq: int
    incidents: list[str]
    anew: bool = False


class TelemetryNews(msgspec.Struct, frozen=True, tag="telemetry"):
    """Latest values that changed; the first message holds all."""

    positions: list[Position]
    readings: list[Reading]


class Follower:
    """One follower's place. `board` and `telemetry` are the last changes it was told of. A unit's people and
    callers limited to areas are told of their own cases only, and of no telemetry."""

    def __init__(self, front: Front, sight: Sight) -> None:
        self._front = front
        self._sight = sight
        self._board = front.glance.changes.version
        self._telemetry = 0

    def next(self) -> list[bytes]:
        """The frames that bring the follower up to now; none when nothing is new for it."""
        frames = []
        changes, latest = self._front.glance.changes, self._front.latest
        if changes.version != self._board:
            frame = self._board_frame()
            frames += [frame] if frame else []
            self._board = changes.version
        if self._sight.whole and latest.version != self._telemetry:
            frames.append(self._front.frames.telemetry(self._telemetry))
            self._telemetry = latest.version
        return frames

    def _board_frame(self) -> bytes:
        if self._sight.whole:
            return self._front.frames.board(self._board)
        changes = self._front.glance.changes
        head = self._front.hall.log.head().gseq
        rows = changes.since(self._board)
        if not changes.whole(self._board) or len(rows) > LIVE_IDS_MAX:
            return msgspec.json.encode(BoardNews(head, [], anew=True))
        cases = self._front.frames.cases(rows)
        seen = [case.id for case in cases if self._sight.sees(case)]
        return msgspec.json.encode(BoardNews(head, seen)) if seen else b""


class Frames:
    """Frames of one beat by where a follower stands; forgotten when anything has changed since."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._at = (-1, -1)
        self._made: dict[tuple[str, int], bytes] = {}
        self._cases: dict[int, Incident] = {}

    def board(self, since: int) -> bytes:
        self._renew()
        key = ("board", since)
        if key not in self._made:
            changes = self._front.glance.changes
            head = self._front.hall.log.head().gseq
            rows = changes.since(since)
            if not changes.whole(since) or len(rows) > LIVE_IDS_MAX:
                news = BoardNews(head, [], anew=True)
            else:
                texts = self._front.hall.reading.texts(rows)
                news = BoardNews(head, [texts[row].incident for row in rows if texts[row] is not GONE])
            self._made[key] = msgspec.json.encode(news)
        return self._made[key]

    def telemetry(self, since: int) -> bytes:
        self._renew()
        key = ("telemetry", since)
        if key not in self._made:
            values = self._front.latest.since(since)
            self._made[key] = msgspec.json.encode(TelemetryNews(values.positions, values.readings))
        return self._made[key]

    def cases(self, rows: list[int]) -> list[Incident]:
        """The cases at these rows, each read once however many followers ask."""
        self._renew()
        reading = self._front.hall.reading
        for row, text in reading.texts([row for row in rows if row not in self._cases]).items():
            case = reading.case(text.incident)
            if case is not None:
                self._cases[row] = case
        return [self._cases[row] for row in rows if row in self._cases]

    def _renew(self) -> None:
        at = (self._front.glance.changes.version, self._front.latest.version)
        if at != self._at:
            self._at = at
            self._made.clear()
            self._cases.clear()
