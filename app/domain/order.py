"""An order: one department's part of an incident, with its own state and clocks."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.base.clock import Instant
from app.domain.deadline import ClockRun

OrderRole = Literal["lead", "co", "sub"]
OrderEnd = Literal["", "recalled", "returned", "replaced", "carried", "done"]
Reach = Literal["delivered", "read", "called"]
"""How an order came to its unit: its PC has it, a person there opened it, somebody called them."""

RequestKind = Literal["ask_extension", "ask_hold", "ask_coop", "ask_consultation"]


ANSWERS = {
    "extend": "ask_extension",
    "refuse_extension": "ask_extension",
    "hold": "ask_hold",
    "refuse_hold": "ask_hold",
}
"""The centre's answers to what a unit asked for."""


class Request(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something a unit asked for and nobody has answered yet."""

    kind: str
    asked_at: Instant
    form: dict[str, object]


class Order(msgspec.Struct, frozen=True, array_like=True, gc=False):
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
    delivered_at: Instant | None = None
    read_at: Instant | None = None
    called_at: Instant | None = None

    @property
    def in_force(self) -> bool:
        return self.end == ""

    @property
    def reached(self) -> bool:
        """Whether the unit has it for certain: on its PC, by telephone, or seen from what it did about it.
        What time did in its place says nothing."""
        told = (self.delivered_at, self.read_at, self.called_at, self.contacted_at)
        signed = self.signed_at is not None and not self.signed_by_time
        return signed or bool(self.feedback_at) or any(at is not None for at in told)

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
