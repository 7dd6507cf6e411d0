"""Repeats made harmless: the key of a request, and the same answer again from what stands in the log."""

from __future__ import annotations

import msgspec

from app.commands.loading import fold_incident
from app.domain.actor import SYSTEM
from app.domain.kinds import incident_in
from app.hub.front import Front
from app.hub.requests.problems import ProblemError
from app.log.entries import Numbered

CONSEQUENCES_MAX = 10
"""Entries that may follow a command's own in its append: reporting and filing an urgent case are three."""


class Stood(msgspec.Struct, frozen=True):
    """What a command wrote: its own entry, and the case right after it and its consequences."""

    numbered: Numbered
    incident: str
    code: str
    state: str


def stood(front: Front, gseq: int) -> Stood:
    """What the command wrote whose entry is `gseq`; the same today and in a year, whatever came after it."""
    numbered, *following = front.hall.log.read_after(gseq - 1, 1 + CONSEQUENCES_MAX)
    last, eid = gseq, numbered.entry.eid
    for later in following:
        if later.entry.cause != eid or later.entry.actor != SYSTEM.operator:
            break
        last = later.gseq
    incident = incident_in(numbered.entry.subjects)
    known = front.hall.reading.entries(incident) if incident else []
    history = front.hall.reading.hall.history
    case = fold_incident([n for n in known if n.gseq <= last], history, incident)
    if case is None:
        # The key stands on an entry about no case, such as a hall's own.
        raise ProblemError("key_used")
    return Stood(numbered, incident, case.code, case.state)
