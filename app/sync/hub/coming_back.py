"""What a desk brings back to a hub that was restored, at the hub's end: lines, strays, personal data."""

from __future__ import annotations

from app.log.following.taking import Mismatch, Taken
from app.sync.frames import (
    PAGE_ENTRIES_MAX,
    AskBack,
    GiveBack,
    Hello,
    Lines,
    Phase,
    Reclaim,
    Strays,
    StraysKept,
)
from app.sync.hub.effects import Adopt, KeepBack, TakeBack
from app.sync.hub.examining import phase_of
from app.sync.hub.outgoing import Outgoing
from app.sync.lines import UnreadableError, numbered_lines
from app.sync.ports import Found

REFS_BACK = 500
"""References in one question; their values are some tens of bytes each."""

Judged = tuple[TakeBack | Adopt | KeepBack | None, str, str]
"""The wish, or the code and the detail of a refusal."""


class ComingBack:
    """Belongs to one HubLine. Nothing is asked of a desk before the answer to the last question was done."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._stream = ""
        self._theirs = 0
        self._asked_at: int | None = None
        self._asked_back = 0
        self.phase: Phase = ""
        self.done = False
        """Whether a hub that reclaims has all from this desk that it can have."""

    def begin(self, hello: Hello, found: Found) -> None:
        """The desk is let in, and was welcomed."""
        self.phase = phase_of(hello, found)
        self._stream, self._theirs = found.head.stream, hello.gseq
        if not self.phase:
            self._out.open(hello.gseq)
            self._ask_back(found.missing)
            return
        self._out.hold()
        if self.phase == "reclaim":
            self._ask(found.head.gseq)

    def lines(self, frame: Lines) -> Judged:
        """The desk's answer to Reclaim."""
        if self._asked_at is None or len(frame.lines) > PAGE_ENTRIES_MAX:
            return None, "broken", "lines"
        if not frame.lines:
            # It has less than it said: nothing more is to be had here.
            self._asked_at, self.done = None, True
            return None, "", ""
        try:
            return TakeBack(numbered_lines(frame, self._stream)), "", ""
        except UnreadableError:
            return None, "broken", "lines"

    def took_back(self, outcome: Taken | Mismatch) -> None:
        """What became of a TakeBack. Lines that do not continue the log are another branch: they come as
        strays when the next epoch has begun."""
        asked, self._asked_at = self._asked_at, None
        if isinstance(outcome, Mismatch) or outcome.head.gseq <= (asked or 0):
            self.done = True
        else:
            self._ask(outcome.head.gseq)

    def strays(self, frame: Strays) -> Judged:
        if self.phase != "astray" or not frame.parcels or len(frame.parcels) > PAGE_ENTRIES_MAX:
            return None, "broken", "strays"
        return Adopt(frame.parcels), "", ""

    def adopted(self) -> None:
        """An Adopt is done."""
        self._out.say(StraysKept())

    def given(self, frame: GiveBack) -> Judged:
        if not self._asked_back or len(frame.secrets) > REFS_BACK:
            return None, "broken", "give_back"
        self._asked_back -= 1
        return (KeepBack(frame.secrets) if frame.secrets else None), "", ""

    def _ask(self, head: int) -> None:
        if self._theirs > head:
            self._asked_at = head
            self._out.say(Reclaim(head))
        else:
            self.done = True

    def _ask_back(self, missing: tuple[str, ...]) -> None:
        for begin in range(0, len(missing), REFS_BACK):
            self._asked_back += 1
            self._out.say(AskBack(missing[begin : begin + REFS_BACK]))
