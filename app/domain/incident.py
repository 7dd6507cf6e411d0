"""An incident as it stands: folded from entries, never stored as truth."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant
from app.domain.attachment import Attachment
from app.domain.contested import Contested, Move
from app.domain.deadline import ClockRun
from app.domain.order import Order
from app.domain.place import Place
from app.domain.sealed import Sealed


class Reporter(msgspec.Struct, frozen=True, gc=False):
    """Who may be called back. Name and phone lie in the vault; here stand masks and references."""

    name: Sealed | None = None
    phone: Sealed | None = None
    wants_answer: bool = True


class ReportRef(msgspec.Struct, frozen=True, gc=False):
    """One source's say within the incident; the report itself is the entry `eid`."""

    report: str
    eid: str
    channel: str
    received_at: Instant
    wants_answer: bool


class Pending(msgspec.Struct, frozen=True, array_like=True):
    """An action that waits for a second person; nothing has changed and every clock runs."""

    eid: str
    action: str
    order: str
    form: dict[str, object]
    permission: str
    asked_by: str
    asked_at: Instant


class Promise(msgspec.Struct, frozen=True):
    """A call-back promised for a time, to be made by a role."""

    eid: str
    when: Instant
    by_role: str


class History(msgspec.Struct, frozen=True, gc=False):
    """What an imported case brought along: its own due and closed times, never judged by our SLA."""

    due_at: Instant | None
    closed_at: Instant | None
    unit: str = ""
    category: str = ""


class CallBack(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The three separate answers of a call-back."""

    contacted: str
    resolved: str
    satisfied: str
    excluded_reason: str = ""


class Given(msgspec.Struct, frozen=True, array_like=True):
    """What a merged case gave its master, by name, so that undoing the merge finds it again.

    `orders` are the master's orders that took over the case's own; `recalled` the case's own that were
    recalled.
    """

    reports: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()


class Incident(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The matter: one code, one or more reports, any number of orders.

    `state` is the workflow's; while a lead order is in force it follows that order. `seen` is the number of
    the last entry folded in. `milestones_from` is the dispatch that arrive, make_safe and restore count from:
    the first one, or the first after a reopening. `moves` are the facts that moved it, until it is archived;
    `contested` waits for a person to decide; `idle` are entries that have no effect because the same had been
    done before, or because a person decided so. Times are ms UTC.
    """

    id: str
    code: str
    state: str
    received_at: Instant
    changed_at: Instant
    seen: int
    category: str = ""
    sla_class: str = ""
    urgent: bool = False
    channel: str = ""
    what: str = ""
    place: Place = Place()
    reporter: Reporter = Reporter()
    original: Sealed | None = None
    prior: str = ""
    result: str = ""
    entries: int = 0
    reports: tuple[ReportRef, ...] = ()
    orders: tuple[Order, ...] = ()
    clocks: tuple[ClockRun, ...] = ()
    overlays: tuple[str, ...] = ()
    pending: tuple[Pending, ...] = ()
    promises: tuple[Promise, ...] = ()
    links: tuple[str, ...] = ()
    master: str = ""
    merged: tuple[str, ...] = ()
    given: Given = Given()
    returns: int = 0
    reworks: int = 0
    reopened: int = 0
    first_dispatch_at: Instant | None = None
    milestones_from: Instant | None = None
    closed_at: Instant | None = None
    call_back: CallBack | None = None
    history: History | None = None
    dispatched_by: str = ""
    breaches: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    contested: tuple[Contested, ...] = ()
    idle: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def lead(self) -> Order | None:
        """The lead order in force, or none."""
        for order in self.orders:
            if order.role == "lead" and order.in_force:
                return order
        return None

    def order(self, code: str) -> Order | None:
        for order in self.orders:
            if order.code == code:
                return order
        return None
