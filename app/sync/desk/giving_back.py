"""What a desk gives back to a hub that was restored, at the desk's end: lines, strays, personal data."""

from __future__ import annotations

from collections.abc import Sequence

from app.log.entries import Numbered, Secret
from app.log.following.strays import Strays as Held
from app.sync.desk.effects import CutBack, DeskEffect, Gather, Recall, Retrace, Return, Send
from app.sync.frames import (
    PAGE_BYTES,
    PAGE_ENTRIES_MAX,
    AskBack,
    GiveBack,
    Phase,
    Reclaim,
    Strays,
    Welcome,
)
from app.sync.hub.pages import first_lines

TROUBLES: dict[Phase, str] = {"reclaim": "reclaiming", "astray": "astray"}
"""What is said of the line in a phase, a key under `sync.refused.`."""


class GivingBack:
    """Belongs to one connection of a DeskLink. What the hub lost is offered before it is cut off here: at no
    moment is it nowhere."""

    def __init__(self) -> None:
        self.phase: Phase = ""
        self._common = 0
        self._offered = 0

    def welcome(self, welcome: Welcome) -> list[DeskEffect]:
        """The hub said in which phase the line begins."""
        self.phase = welcome.phase
        return [Retrace(welcome.epochs, welcome.gseq)] if self.phase == "astray" else []

    def reclaim(self, frame: Reclaim) -> list[DeskEffect]:
        return [Recall(frame.gseq, PAGE_ENTRIES_MAX)] if self.phase == "reclaim" else []

    def recalled(self, lines: Sequence[Numbered]) -> list[DeskEffect]:
        return [Send(first_lines(lines))]

    def retraced(self, common: int) -> list[DeskEffect]:
        self._common = self._offered = common
        return self._gather()

    def gathered(self, held: Held) -> list[DeskEffect]:
        if not held.parcels:
            return [CutBack(self._common)]
        self._offered = held.last
        return [Send(Strays(held.parcels))]

    def kept(self) -> list[DeskEffect]:
        """What was offered last is durable at the hub."""
        return self._gather() if self.phase == "astray" else []

    def ask_back(self, frame: AskBack) -> list[DeskEffect]:
        return [Return(frame.refs)]

    def returned(self, secrets: Sequence[Secret]) -> list[DeskEffect]:
        return [Send(GiveBack(tuple(secrets)))]

    def _gather(self) -> list[DeskEffect]:
        return [Gather(self._offered, PAGE_ENTRIES_MAX, PAGE_BYTES)]
