"""One row of the board, worked out from an incident: plain numbers and word ids, nothing of the present."""

from __future__ import annotations

import struct
from collections.abc import Callable

import msgspec
from msgspec.structs import astuple

from app.base.clock import Instant
from app.domain import timing
from app.domain.area import AreaTree
from app.domain.incident import Incident
from app.domain.owner import owner
from app.domain.rulebook import RuleBook

NEVER: Instant = 1 << 60
"""Stands for "no such time" in columns: later than any instant, so comparisons need no special case."""

FLAG_HISTORY = 1
FLAG_PENDING = 2
FLAG_PROMISE = 4
FLAG_REQUEST = 8
FLAG_RECALL_OPEN = 16
FLAG_OVERLAYS = {
    "urged": 32,
    "supervised": 64,
    "instructed": 128,
    "confidential": 256,
    "linked_emergency": 512,
}

Intern = Callable[[str], int]


class BoardRow(msgspec.Struct, frozen=True, gc=False):
    """Columns of the board in the order of the table; words are interned ids, times ms UTC or NEVER.

    `urgency`: 2 for the first class of the SLA (life in danger), 1 for other urgent ones, 0 else. `late`: 1
    closed late, 0 in time, -1 not known. `owner` is the unit that owns the case at this entry, `parties` is
    one word for all units with an order. `waiting` is 1 while anything about the case waits for its number,
    `contested` how often two desks disagree over it. `home` is the stream of the hub that owns the case, the
    empty word for this log's own. A row whose `state` is the empty word is of a case that
    vanished: it was never confirmed.
    """

    row: int
    state: int
    result: int
    sla_class: int
    urgency: int
    category: int
    area: int
    street: int
    channel: int
    owner: int
    lead: int
    received_at: Instant
    changed_at: Instant
    closed_at: Instant
    clock: int
    starts_at: Instant
    soon_at: Instant
    due_at: Instant
    paused: int
    late: int
    flags: int
    reports: int
    dispatched_at: Instant
    parties: int
    waiting: int
    contested: int
    home: int


COLUMNS: tuple[str, ...] = tuple(BoardRow.__struct_fields__)

TIME_COLUMNS = frozenset(name for name in COLUMNS if name.endswith("_at"))
"""Columns of ms UTC, which need 64 bits; 32 do for all others."""

_PACKED = struct.Struct("<" + "".join("q" if name in TIME_COLUMNS else "i" for name in COLUMNS))


def pack(row: BoardRow) -> bytes:
    """The row as the table holds it: its columns as little-endian numbers in a row, as numpy reads them.

    A hundred thousand rows of single numbers take most of a second to become Python objects at every start.
    """
    return _PACKED.pack(*astuple(row))


def unpack(packed: bytes) -> tuple[int, ...]:
    return _PACKED.unpack(packed)


WORD_COLUMNS = frozenset(
    {
        "state",
        "result",
        "sla_class",
        "category",
        "area",
        "street",
        "channel",
        "owner",
        "lead",
        "clock",
        "parties",
        "home",
    }
)
"""Columns that hold ids of words."""


def board_row(
    row: int,
    incident: Incident,
    book: RuleBook,
    areas: AreaTree,
    intern: Intern,
    *,
    waiting: bool = False,
    home: str = "",
) -> BoardRow:
    """The row of an incident as it stands under these rules; `waiting` tells that some of it is not yet
    confirmed."""
    street = areas.street_of(incident.place.area)
    done = book.states[incident.state].kind in ("done", "final")
    timed = None if done else timing.shown(book, incident)
    late = timing.closed_late(book, incident) if done else None
    lead = incident.lead
    due = timed.deadline if timed is not None else None
    history_due = incident.history.due_at if incident.history is not None else None
    return BoardRow(
        row=row,
        state=intern(incident.state),
        result=intern(incident.result),
        sla_class=intern(incident.sla_class),
        urgency=_urgency(incident, book),
        category=intern(incident.category),
        area=intern(incident.place.area),
        street=intern(street),
        channel=intern(incident.channel),
        owner=intern(owner(incident, book, street)),
        lead=intern(lead.unit if lead is not None else ""),
        received_at=incident.received_at,
        changed_at=incident.changed_at,
        closed_at=incident.closed_at if incident.closed_at is not None else NEVER,
        clock=intern(timed.clock if timed is not None else ""),
        starts_at=due.starts_at if due is not None else 0,
        soon_at=due.soon_at if due is not None else NEVER,
        due_at=due.due_at if due is not None else _open_due(history_due, done),
        paused=int(due.paused) if due is not None else 0,
        late=-1 if late is None else int(late),
        flags=_flags(incident),
        reports=len(incident.reports),
        dispatched_at=incident.first_dispatch_at if incident.first_dispatch_at is not None else NEVER,
        parties=intern(_parties(incident)),
        waiting=int(waiting),
        contested=len(incident.contested),
        home=intern(home),
    )


def vanished_row(row: int) -> BoardRow:
    """The row of a case that is seen no more: no queue has it, and no other case gets its number."""
    values = dict.fromkeys(COLUMNS, 0) | {"row": row, "closed_at": NEVER, "dispatched_at": NEVER}
    return BoardRow(**values)


def party_mark(unit: str) -> str:
    """How a unit stands in the word of all parties of a case, so that it is found as a part of that word."""
    return f"|{unit}|"


def _parties(incident: Incident) -> str:
    """Every unit that has to do something: an order in force, or a recall to acknowledge. One word for all of
    them: the same few sets of units come again and again, and a column holds one number."""
    units = {o.unit for o in incident.orders if o.in_force or o.awaits_recall_receipt}
    return "".join(party_mark(unit) for unit in sorted(units))


def _open_due(due_at: Instant | None, done: bool) -> Instant:
    return due_at if due_at is not None and not done else NEVER


def _urgency(incident: Incident, book: RuleBook) -> int:
    if not incident.urgent:
        return 0
    return 2 if incident.sla_class == book.rules.sla.classes[0].id else 1


def _flags(incident: Incident) -> int:
    flags = FLAG_HISTORY if incident.history is not None else 0
    flags |= FLAG_PENDING if incident.pending else 0
    flags |= FLAG_PROMISE if incident.promises else 0
    for order in incident.orders:
        flags |= FLAG_REQUEST if order.in_force and order.requests else 0
        flags |= FLAG_RECALL_OPEN if order.awaits_recall_receipt else 0
    for overlay in incident.overlays:
        flags |= FLAG_OVERLAYS.get(overlay, 0)
    return flags
