"""Whether an order came to its unit: delivered, read, called, or still to be called, with the duty phone."""

from __future__ import annotations

import msgspec

from app.base.clock import SECOND_MS, Instant
from app.domain.order import Order
from app.sync.status import LinkStatus
from app.viewmodels.context import Context

CALL_AFTER_MS = 30 * SECOND_MS
"""How long an order may be on its way before somebody takes the telephone: 30 s after it was sent."""


class Reached(msgspec.Struct, frozen=True):
    """Finished words, empty where nothing is to be said. `call`: this unit is to be called now."""

    text: str = ""
    call: bool = False


def is_open(order: Order, status: LinkStatus) -> bool:
    """Whether it is still to be seen if the order arrives. A PC that stands alone sends nothing anywhere."""
    return status.phase != "alone" and order.in_force and not order.reached


def to_call(order: Order, status: LinkStatus, now: Instant) -> bool:
    """Nobody has it and its time is up: our own line is broken, or the hub found no PC of theirs."""
    return is_open(order, status) and now - order.dispatched_at >= CALL_AFTER_MS


def reached(context: Context, order: Order) -> Reached:
    """What the case says of an order's way. Read is worth more than delivered, a call more than both."""
    now = context.now()
    for way, at in (("called", order.called_at), ("read", order.read_at), ("delivered", order.delivered_at)):
        if at is not None:
            return Reached(context.text(f"reach.{way}", at=context.formats.near(at, now)))
    status = context.link()
    if to_call(order, status, now):
        phone = context.phone(order.unit)
        words = context.text("reach.call", phone=phone) if phone else context.text("reach.call_unknown")
        return Reached(words, True)
    return Reached(context.text("reach.on_the_way") if is_open(order, status) else "")
