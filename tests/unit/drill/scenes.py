"""Cases at a moment, for the tests of what happens next."""

from __future__ import annotations

import random

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain import clockwork
from app.domain.area import AreaTree
from app.domain.code import order_code
from app.domain.incident import Incident, Reporter, ReportRef
from app.domain.order import Order
from app.domain.place import Place
from app.drill.cast import Cast
from app.drill.fate import draw_fate
from app.drill.life import Life, Scene
from app.drill.posts import operators
from tests.helpers.halls import MONDAY_9, shipped_book, shipped_rules
from tests.unit.drill.made import county, demo

CODE = "990101-20260309-P-A1001-X"
AREAS = AreaTree(county().areas)


def scene(sla_class: str = "W3", seed: int = 1) -> Scene:
    """A case of a lamp out at work, or an urgent one of a missing cover."""
    rng = random.Random(seed)
    urgent = shipped_book().urgent(sla_class)
    order = Order(order_code(CODE, 1), "SZ", "lead", "handling", MONDAY_9)
    case = Incident(
        id="case",
        code=CODE,
        state="handling",
        received_at=MONDAY_9,
        changed_at=MONDAY_9,
        seen=1,
        category="0601" if urgent else "0602",
        sla_class=sla_class,
        urgent=urgent,
        what="路灯不亮",
        place=Place(area=county().areas[-1].code),
        reporter=Reporter(),
        reports=(ReportRef("r", "e", "phone", MONDAY_9, wants_answer=True),),
        orders=(order,),
    )
    fate = draw_fate(rng, demo().habits, haste="ordinary", channel="phone")
    cast = Cast(operators(county(), shipped_rules().departments, demo().names))
    return Scene(case, Life("case", 1, case.category, fate, rng), shipped_book(), AREAS, cast, MONDAY_9)


def dispatched(at: Instant, state: str = "dispatched", **fate: object) -> Scene:
    """A lamp out (three working days, four working hours to sign) dispatched at `at`."""
    here = scene()
    clocks = clockwork.start((), ("sign", "handle"), at)
    order = replace(here.incident.orders[0], state=state, dispatched_at=at, clocks=clocks)
    case = replace(here.incident, state=state, orders=(order,))
    here.life.fate = replace(here.life.fate, **fate)
    return replace(here, incident=case, now=at)
