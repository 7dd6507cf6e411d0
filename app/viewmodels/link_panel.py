"""The link panel: the three levels with counts and times, what waits here, what line and clock are worth."""

from __future__ import annotations

import msgspec

from app.domain.kinds import incident_in
from app.log.entries import PENDING_FROM, Numbered
from app.sync.status import NO_UPPER, UPPER_UNREACHED, LinkStatus
from app.viewmodels.codes import said_code
from app.viewmodels.context import Context
from app.viewmodels.link_words import (
    SEVERITIES,
    clock_severity,
    clock_words,
    phase_words,
    trouble_words,
)
from app.viewmodels.signal import Changed
from app.viewmodels.timeline import entry_words, who_words

WAITING_SHOWN = 50
"""Entries that wait here, shown one by one: more is a number, and nobody reads a longer list."""


class LevelLine(msgspec.Struct, frozen=True):
    """One level of acknowledgement: how much of the log is safe there, and what is said of it."""

    id: str
    label: str
    count: str
    note: str
    severity: str = ""


class LinkFact(msgspec.Struct, frozen=True):
    """A label and its value; `severity` is empty or a light's name."""

    id: str
    label: str
    value: str
    severity: str = ""


class WaitingLine(msgspec.Struct, frozen=True):
    """An entry that is on this PC only."""

    eid: str
    time: str
    text: str
    note: str


class LinkView(msgspec.Struct, frozen=True):
    """The panel in finished words. `progress` is the share of the hub's log that is here, while catching up;
    None else. `more` counts waiting entries that are not shown."""

    severity: str
    phase: str
    trouble: str
    progress: float | None
    levels: tuple[LevelLine, ...]
    facts: tuple[LinkFact, ...]
    waiting: tuple[WaitingLine, ...]
    waiting_note: str


class LinkPanelModel:
    """`changed` with the link and the log, and each second for what counts on."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.changed = Changed()
        pulse = context.pulse
        self._links = [
            signal.connect(lambda _keys: self.changed.emit())
            for signal in (pulse.news, pulse.troubled, pulse.linked, pulse.second)
        ]

    def view(self) -> LinkView:
        context, status = self._context, self._context.link()
        waiting = context.reading.read_after(PENDING_FROM - 1, WAITING_SHOWN) if status.pending else []
        more = status.pending - len(waiting)
        trouble = context.pulse.trouble or trouble_words(context, status.trouble)
        return LinkView(
            severity="overdue" if trouble else SEVERITIES[status.phase],
            phase=phase_words(context, status),
            trouble=trouble,
            progress=_progress(status),
            levels=(self._here(status, waiting), self._hub(status), self._upper(status)),
            facts=self._facts(status),
            waiting=tuple(_waiting(context, numbered) for numbered in waiting),
            waiting_note=context.text("link.more", n=context.formats.count(more)) if more > 0 else "",
        )

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _here(self, status: LinkStatus, waiting: list[Numbered]) -> LevelLine:
        context = self._context
        count = context.formats.count(context.reading.head().gseq + status.pending)
        note = context.text("link.here.all")
        if waiting:
            since = context.formats.near(waiting[0].at, context.now())
            note = context.text("link.here.waiting", n=context.formats.count(status.pending), since=since)
        return LevelLine("here", context.text("link.level_here"), count, note, "due_soon" if waiting else "")

    def _hub(self, status: LinkStatus) -> LevelLine:
        context, formats = self._context, self._context.formats
        label = context.text("link.level_hub")
        if status.phase == "alone":
            return LevelLine("hub", label, context.text("link.none"), context.text("link.hub.alone"))
        behind = status.hub_gseq - status.gseq
        note = context.text("link.hub.all" if status.phase == "live" else "link.hub.all_then")
        if behind > 0:
            note = context.text("link.hub.behind", n=formats.count(behind))
        return LevelLine("hub", label, formats.count(status.hub_gseq), note, "due_soon" if behind > 0 else "")

    def _upper(self, status: LinkStatus) -> LevelLine:
        context, formats = self._context, self._context.formats
        label = context.text("link.level_upper")
        if status.upper_gseq == NO_UPPER:
            return LevelLine("upper", label, context.text("link.none"), context.text("link.upper.none"))
        if status.upper_gseq == UPPER_UNREACHED:
            unreached = context.text("link.upper.unreached")
            return LevelLine("upper", label, context.text("link.none"), unreached, "due_soon")
        behind = status.hub_gseq - status.upper_gseq
        note = (
            context.text("link.upper.behind", n=formats.count(behind))
            if behind > 0
            else context.text("link.upper.all")
        )
        return LevelLine("upper", label, formats.count(status.upper_gseq), note)

    def _facts(self, status: LinkStatus) -> tuple[LinkFact, ...]:
        context, formats, now = self._context, self._context.formats, self._context.now()
        clock = LinkFact(
            "clock", context.text("link.clock_label"), clock_words(context, status), clock_severity(status)
        )
        head = context.reading.head()
        here = LinkFact(
            "head", context.text("link.own_head"), f"{formats.count(head.gseq)} · {head.hash[-8:]}"
        )
        if status.phase == "alone":
            return (clock, here)
        never = context.text("link.never")
        heard = (
            context.text(
                "link.heard_at",
                at=formats.near(status.heard_at, now),
                span=formats.span(max(0, now - status.heard_at)),
            )
            if status.heard_at
            else never
        )
        since = formats.near(status.since, now) if status.since else never
        trip = context.text("link.ms", n=status.rtt_ms) if status.rtt_ms else never
        return (
            LinkFact("name", context.text("link.hub_name"), status.hub or never),
            LinkFact("since", context.text("link.since"), since),
            LinkFact("heard", context.text("link.heard"), heard),
            LinkFact("trip", context.text("link.trip"), trip),
            clock,
            here,
        )


def _progress(status: LinkStatus) -> float | None:
    if status.phase != "catching_up" or not status.hub_gseq:
        return None
    return min(1.0, status.gseq / status.hub_gseq)


def _waiting(context: Context, numbered: Numbered) -> WaitingLine:
    entry = numbered.entry
    incident = incident_in(entry.subjects)
    row = context.reading.row_of(incident) if incident else None
    code = said_code(context.reading.texts([row])[row].code, context.now()) if row is not None else ""
    text = context.text("list.dot").join(part for part in (code, entry_words(context, numbered)) if part)
    time = context.formats.near(numbered.at, context.now())
    return WaitingLine(entry.eid, time, text, who_words(context, entry.actor))
