"""The bodies of entries that move a case: one plain kind, and one for each effect that carries more."""

from __future__ import annotations

from typing import Any

import msgspec

from app.base.clock import Instant
from app.domain.incident import Promise, ReportRef
from app.domain.order import OrderIssue, Reach
from app.domain.place import Place

Form = dict[str, Any]
"""Field id to cleaned value: texts (masked), codes, numbers, booleans, instants, lists of codes."""


class CaseMoved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A transition was taken on an incident, or on one of its orders when `order` is not empty."""

    incident: str
    action: str
    order: str = ""
    form: Form = {}


class OrdersIssued(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One step issued one or more orders: dispatch, redispatch, add_co, name_lead, dispatch_on."""

    incident: str
    action: str
    orders: tuple[OrderIssue, ...]
    order: str = ""
    form: Form = {}


class CaseMerged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`incident` went into `master`: its reports and promises move there, its open orders are carried or
    recalled.

    `carried` are the orders the master issues in their place; `recalled` are codes of the case's own.
    """

    incident: str
    action: str
    master: str
    reports: tuple[ReportRef, ...]
    sla_class: str
    promises: tuple[Promise, ...] = ()
    carried: tuple[OrderIssue, ...] = ()
    recalled: tuple[str, ...] = ()
    form: Form = {}


class CaseUnmerged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The merge was undone: reports, promises and the orders carried with them come back.

    `restored` are the master's orders that end again; `reissued` replace those the merge had recalled.
    """

    incident: str
    action: str
    master: str
    reports: tuple[ReportRef, ...]
    promises: tuple[Promise, ...] = ()
    restored: tuple[str, ...] = ()
    reissued: tuple[OrderIssue, ...] = ()
    form: Form = {}


class SplitPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new case made from a part of another."""

    incident: str
    code: str
    what: str
    category: str
    sla_class: str
    place: Place


class CaseSplit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One case became several linked ones; each part has its own code and inherits the start of total."""

    incident: str
    action: str
    parts: tuple[SplitPart, ...]
    total_since: Instant
    channel: str
    form: Form = {}


class ConfirmationAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person wants an action that a second person must agree to; nothing has changed yet."""

    incident: str
    action: str
    permission: str
    order: str = ""
    form: Form = {}


class ConfirmationRefused(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The second person did not agree."""

    incident: str
    asked: str
    reason: str


class LimitBreached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clock ran past its due time by a rung of the ladder; the role of that rung is told."""

    incident: str
    clock: str
    due_at: Instant
    step: str
    role: str
    urged: bool
    order: str = ""


class PersonalDataRevealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody was shown personal data in clear; the value itself never stands here."""

    incident: str
    field: str
    ref: str
    reason: str


class OrderReached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order came to its unit: the unit's PC has it, a person there opened it, or somebody called them.

    `note` says who answered a call; each way is kept once, the first one stands.
    """

    incident: str
    order: str
    how: Reach
    note: str = ""
