"""An order: one department's part of an incident, with its own state and clocks."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant
from app.domain.deadline import ClockRun

OrderRole = Literal["lead", "co", "sub"]
OrderEnd = Literal["", "recalled", "returned", "replaced", "carried", "done"]
RequestKind = Literal["ask_extension", "ask_hold", "ask_coop", "ask_consultation"]


class Request(msgspec.Struct, frozen=True, gc=False):
    """Something a unit asked for and nobody has answered yet."""

    kind: str
    asked_at: Instant
    form: dict[str, object]


class Order(msgspec.Struct, frozen=True, gc=False):
    """`code` is the incident's code and `-01`, `-02`; a sub-order adds its own pair.

    `end` says how it left force; an ended order keeps its last state. `replaced`: the unit got another order
    in the same step. `mandatory` orders must have feedback before the case goes to check. `centre_fault`: the
    dispatch was the centre's own mistake and counts against nobody else.
    """

    code: str
    unit: str
    role: OrderRole
    state: str
    dispatched_at: Instant
    parent: str = ""
    mandatory: bool = True
    returnable: bool = True
    prior: str = ""
    clocks: tuple[ClockRun, ...] = ()
    requests: tuple[Request, ...] = ()
    signed_at: Instant | None = None
    signed_by_time: bool = False
    contacted_at: Instant | None = None
    feedback_at: tuple[Instant, ...] = ()
    extensions: int = 0
    waits: int = 0
    asked_return: bool = False
    end: OrderEnd = ""
    centre_fault: bool = False
    acknowledged: bool = True

    @property
    def in_force(self) -> bool:
        return self.end == ""

    @property
    def awaits_recall_receipt(self) -> bool:
        return self.end == "recalled" and not self.acknowledged


class OrderIssue(msgspec.Struct, frozen=True, gc=False):
    """One order as an entry issues it. `due_at`: due by then although the class would leave more time."""

    code: str
    unit: str
    role: OrderRole
    mandatory: bool = True
    parent: str = ""
    due_at: Instant | None = None
    returnable: bool = True
