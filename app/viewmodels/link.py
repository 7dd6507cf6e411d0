"""How far this PC's log is safe: saved here, at the hub, at the upper hub; and what the clock is worth."""

from __future__ import annotations

import msgspec

from app.viewmodels.context import Context
from app.viewmodels.signal import Changed


class LinkState(msgspec.Struct, frozen=True):
    """Finished words for the status line. `severity` paints the dot: in_time, due_soon or overdue."""

    severity: str
    where: str
    saved: str
    head: str
    level: str


class LinkModel:
    """This PC stands alone: the first level, saved here, is the only one there is, and it says so.

    A write that failed shows in every window until a later one went well; see Pulse.say_trouble.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.changed = Changed()
        self._links = [
            context.pulse.news.connect(lambda _keys: self.changed.emit()),
            context.pulse.troubled.connect(lambda _keys: self.changed.emit()),
        ]

    def state(self) -> LinkState:
        context = self._context
        head, trouble = context.reading.head(), context.pulse.trouble
        return LinkState(
            severity="overdue" if trouble else "in_time",
            where=context.text("link.alone"),
            saved=trouble or context.text("link.saved_here"),
            head=context.text("link.head", gseq=context.formats.count(head.gseq), hash=head.hash[-8:]),
            level=context.text("link.level1"),
        )

    def close(self) -> None:
        for let_go in self._links:
            let_go()
