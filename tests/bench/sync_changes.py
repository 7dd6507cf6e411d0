"""What desks do while they are cut off: entries about cases that both know, nearly all beside one another."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import msgspec

from app.commands.desk import Desk
from app.domain.actor import Actor
from app.domain.kinds import incident_subject
from app.domain.moves import CaseMoved, OrdersIssued
from app.domain.order import OrderIssue
from app.domain.place import Place
from app.domain.report import ReportReceived
from app.log.entries import Draft
from app.log.port import Written
from tests.bench.filling import CATEGORIES, WHAT, WHERE
from tests.helpers.halls import TestHall

SHARED = 500
"""Cases both desks know and work on, as many as the peers' documents."""

CONTENDED = 50
"""Of these both move the case itself, at the end: the hub's order decides, the other step is laid before a
person."""

REPORTS_SHARE, URGES_SHARE = 0.05, 0.2
"""New cases and urgings among the changes; the rest are notes on progress."""

BATCH = 500

AREA = "990101001001"

HANDLER = Actor("op-handler-ZZZX", "handler", "ZZZX", "", "bench")
LEAD = Actor("op-shift_lead-ZZZX", "shift_lead", "ZZZX", "", "bench")

_TEXTS = (
    "已到现场查看，设施损坏情况属实，已联系养护单位安排材料和人员，预计今天下午完成更换。",
    "与反映人电话沟通，说明了处置进度，对方表示理解，希望完成以后回复一次。",
    "现场交通量大，与交管部门协商后改在夜间施工，已设置围挡和警示灯。",
    "材料已到场，施工人员正在作业，周边居民已告知，暂无其他影响。",
)


def shared(number: int) -> str:
    """The id of a case both know."""
    return f"shared-{number:04d}"


def order_of(incident: str) -> str:
    return f"{incident}-01"


def found_shared(test: TestHall) -> None:
    """Cases in work, each with an order that was signed for."""
    desk, now = test.commander.desk, test.clock.now()
    for first in range(0, SHARED, 100):
        drafts = [
            desk.draft(body, (incident_subject(shared(number)),), LEAD, now)
            for number in range(first, min(first + 100, SHARED))
            for body in _begun(shared(number), number)
        ]
        assert isinstance(test.store.append(drafts).result(), Written)


def _begun(incident: str, number: int) -> Iterator[msgspec.Struct]:
    kind = number % len(WHAT)
    yield _received(incident, kind, number)
    yield CaseMoved(incident, "accept", form={"category": CATEGORIES[kind]})
    yield CaseMoved(incident, "file", form={"sla_class": "W5"})
    yield OrdersIssued(incident, "dispatch", (OrderIssue(order_of(incident), "SZ", "lead"),))
    yield CaseMoved(incident, "sign", order_of(incident))


def _received(incident: str, kind: int, number: int) -> ReportReceived:
    return ReportReceived(
        incident=incident,
        report=f"report-{incident}",
        code=f"code-{incident}",
        channel="phone",
        what=f"{WHERE[number % len(WHERE)]}{number}号{WHAT[kind]}",
        place=Place(AREA, f"{WHERE[number % len(WHERE)]}{number}号"),
        category=CATEGORIES[kind],
        sla_class="W5",
    )


def changes(desk: Desk, name: str, count: int, bases: Mapping[str, int]) -> Iterator[list[Draft]]:
    """What the desk `name` writes, in batches. `bases` is the last number of each shared case known there."""
    batch: list[Draft] = []
    for body, actor in _bodies(name, count):
        incident = str(getattr(body, "incident", ""))
        subject = incident_subject(incident)
        base = {subject: bases[incident]} if incident in bases else {}
        batch.append(desk.draft(body, (subject,), actor, desk.clock.now(), base=base))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _bodies(name: str, count: int) -> Iterator[tuple[msgspec.Struct, Actor]]:
    rng = random.Random(name)
    moving = min(CONTENDED, count)
    for number in range(count - moving):
        incident = shared(rng.randrange(SHARED))
        kind = rng.random()
        if kind < REPORTS_SHARE:
            yield _received(f"new-{name}-{number:06d}", number % len(WHAT), number), LEAD
        elif kind < REPORTS_SHARE + URGES_SHARE:
            yield CaseMoved(incident, "urge", form={"text": _text(rng)}), LEAD
        else:
            yield CaseMoved(incident, "progress", order_of(incident), {"text": _text(rng)}), HANDLER
    for number in range(moving):
        incident = shared(number)
        if name == "a":
            form = {"result": _text(rng), "after_evidence": [], "closing_condition": True}
            yield CaseMoved(incident, "feedback", order_of(incident), form), HANDLER
        else:
            form = {"reason": _text(rng), "units_told": True}
            yield CaseMoved(incident, "recall", order_of(incident), form), LEAD


def _text(rng: random.Random) -> str:
    return _TEXTS[rng.randrange(len(_TEXTS))]


def bases_of(desk: Desk) -> dict[str, int]:
    """The last number of each shared case as the desk's log has it."""
    cases = [shared(number) for number in range(SHARED)]
    return {incident: desk.log.history(incident_subject(incident))[-1].gseq for incident in cases}
