"""Random steps for random lives: mostly what a person in the right place would try, sometimes anything at
all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Instant
from app.domain.actor import Actor
from app.domain.incident import Incident, Pending
from app.domain.order import Order
from app.domain.rulebook import RuleBook
from app.domain.workflow import Transition
from tests.helpers.halls import actor, fill

T = TypeVar("T")

UNITS = ("SZ", "CG", "GD", "JD", "HB", "SQ@990101001001", "JD@990101001")
CATEGORIES = ("0602", "0102", "1001", "1202", "1901", "0602", "1001", "0601", "0501")
CLASSES = ("W3", "U1", "H4", "W5", "W15", "M7", "U0", "W3", "W15")
WAITS = (
    0,
    0,
    SECOND_MS,
    MINUTE_MS,
    MINUTE_MS,
    7 * MINUTE_MS,
    40 * MINUTE_MS,
    HOUR_MS,
    5 * HOUR_MS,
    DAY_MS,
    9 * DAY_MS,
)
AHEAD = (MINUTE_MS, HOUR_MS, DAY_MS, 6 * DAY_MS, 30 * DAY_MS)
PLACES = ("990101001001", "990101001001001", "990101002", "990101", "")

ASIDE = ("overlay", "promise", "promise_kept")
"""Steps that leave a case where it is: tried now and then, or a life would consist of little else."""

STEP = st.tuples(*(st.integers(0, 999) for _ in range(6)))
"""One step: which case, which action, who, whose agreement, what the form says, how long before."""


def pick(values: Sequence[T], number: int) -> T:
    return values[number % len(values)]


def report(number: int) -> dict[str, Any]:
    """A report as it may come in."""
    return {
        "category": pick(("", *CATEGORIES), number),
        "area": pick(PLACES, number // 3),
        "urgent": number % 13 == 0,
        "life_danger": number % 17 == 0,
        "wants_answer": number % 3 != 0,
        "channel": pick(("phone", "grid", "sensor"), number),
    }


def move(case: Incident, book: RuleBook, number: int) -> tuple[Transition, str]:
    """A transition and the order it means: nine times in ten one that the states of case and orders allow."""
    fitting = [
        (t, code)
        for t in book.transitions.values()
        for code in ([""] if t.on == "incident" else [o.code for o in case.orders if _ready(o, t)])
        if (t.on == "order" or case.state in t.sources) and (number % 7 == 3 or t.effect not in ASIDE)
    ]
    if number % 10 and fitting:
        return pick(fitting, number // 10)
    every = [t for t in book.transitions.values() if t.sources]
    return pick(every, number // 10), pick(["", *(o.code for o in case.orders)], number // 7)


def _ready(order: Order, transition: Transition) -> bool:
    if transition.effect == "ack_recall":
        return order.awaits_recall_receipt
    return order.in_force and order.state in transition.sources


def who(case: Incident, transition: Transition, code: str, number: int) -> Actor:
    """Nine times in ten somebody whose role may; of the unit whose order it is, or of the place."""
    role = pick(transition.by, number // 10) if number % 10 else "callback"
    order = case.order(code)
    units = [o.unit for o in case.orders] + ["ZZZX", "WG@990101001001001"]
    unit = order.unit if order is not None and number % 8 else pick(units, number // 7)
    return actor(role, unit if role in ("handler", "grid_worker", "dept_lead") else "ZZZX")


def second(case: Incident, pending: Pending, book: RuleBook, number: int) -> Actor:
    """Mostly somebody who may be the second person for this."""
    able = [role.id for role in book.roles.values() if pending.permission in role.permissions]
    role = pick(able if number % 5 else [*book.roles], number // 5)
    order = case.order(pending.order)
    own = order.unit if order is not None and number % 7 else "CG"
    return actor(role, own if role == "dept_lead" else "ZZZX")


def form(
    case: Incident,
    transition: Transition,
    book: RuleBook,
    others: Mapping[str, Incident],
    now: Instant,
    number: int,
) -> dict[str, Any]:
    """The form of a step: all that is required, and now and then something else."""
    values = fill(transition.action, case, book, now)
    for place, field in enumerate(transition.fields):
        chance = number // (place + 1)
        if field.type == "time":
            values[field.id] = now + pick(AHEAD, chance)
        elif field.type == "department":
            values[field.id] = pick(UNITS, chance)
        elif field.type == "departments":
            values[field.id] = [pick(UNITS, chance + n) for n in range(chance % 4)]
        elif field.type == "category":
            values[field.id] = pick(CATEGORIES, chance)
        elif field.type == "sla_class":
            values[field.id] = pick(CLASSES, chance)
        elif field.type == "incident":
            values[field.id] = pick([*others, "nobody"], chance)
        elif field.type == "parts":
            values[field.id] = [{"what": "另一件", "category": pick(CATEGORIES, chance)}]
        elif field.type == "bool" and chance % 23 == 0:
            values[field.id] = field.id in ("forced", "life_danger")
        elif field.source == "faults":
            values[field.id] = pick(("centre", "unit", "none"), chance)
        elif field.source == "milestones":
            values[field.id] = pick(("arrive", "make_safe", "restore"), chance)
    codes = [o.code for o in case.orders if o.in_force]
    if any(field.type == "orders" for field in transition.fields):
        values["orders_carried"] = [code for n, code in enumerate(codes) if number >> n & 1]
        values["orders_recalled"] = [code for n, code in enumerate(codes) if not number >> n & 1]
    return {name: value for name, value in values.items() if value != []}
