"""How far this PC's log is safe, for a window's foot: saved here, at the hub, at the upper hub."""

from __future__ import annotations

import msgspec

from app.viewmodels.context import Context
from app.viewmodels.link_words import (
    SEVERITIES,
    clock_severity,
    clock_words,
    phase_words,
    trouble_words,
    waiting_words,
)
from app.viewmodels.signal import Changed


class LinkState(msgspec.Struct, frozen=True):
    """Finished words. `severity` paints the dot: in_time, due_soon or overdue; `clock` is empty while the
    time is to be relied on. `failed`: a write on this PC went wrong, and `saved` says how."""

    severity: str
    where: str
    saved: str
    head: str
    level: str
    clock: str = ""
    failed: bool = False


class LinkModel:
    """`changed` when any of its words did; the time since a cut counts on with the seconds.

    A write that failed shows in every window until a later one went well; see Pulse.say_trouble.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._told: LinkState | None = None
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            signal.connect(lambda _keys: self._tell())
            for signal in (pulse.news, pulse.troubled, pulse.linked, pulse.second)
        ]

    def state(self) -> LinkState:
        context, status = self._context, self._context.link()
        head, failed = context.reading.head(), context.pulse.trouble
        where = phase_words(context, status)
        if status.trouble:
            where = context.text("list.dot").join((where, trouble_words(context, status.trouble)))
        severity = "overdue" if failed or status.trouble else SEVERITIES[status.phase]
        return LinkState(
            severity=severity,
            where=where,
            saved=failed or waiting_words(context, status) or context.text("link.saved_here"),
            head=context.text("link.head", gseq=context.formats.count(head.gseq), hash=head.hash[-8:]),
            level=self._level(),
            clock=clock_words(context, status) if clock_severity(status) else "",
            failed=bool(failed),
        )

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _level(self) -> str:
        """The level everything on this PC has reached; what waits is said beside it."""
        status = self._context.link()
        if status.phase == "alone":
            return self._context.text("link.level1")
        if status.pending:
            return self._context.text("link.level1_only")
        if status.upper_gseq > 0 and status.upper_gseq >= status.gseq:
            return self._context.text("link.level3")
        return self._context.text("link.level2")

    def _tell(self) -> None:
        state = self.state()
        if state != self._told:
            self._told = state
            self.changed.emit()
