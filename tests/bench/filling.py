"""Fills a hall with lives for the benches: real entries through the real log, without the deciding."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS, Instant, ManualClock, SystemClock
from app.commands.desk import Desk
from app.domain.actor import Actor
from app.domain.incident import History, Reporter
from app.domain.kinds import incident_subject
from app.domain.moves import CaseMoved, OrdersIssued
from app.domain.order import OrderIssue
from app.domain.place import Place
from app.domain.report import ReportImported, ReportReceived
from app.log.entries import Draft
from app.log.port import Written
from tests.helpers.halls import AREAS, TestHall, hall

BATCH = 500

PROGRESS_EVERY = 50_000

WHERE = ("滨河路", "学府路", "文昌街", "江畔道", "青年路", "湖滨路", "东环路", "山景苑", "云锦花园", "梧桐苑")
WHAT = (
    "路灯不亮",
    "井盖缺失",
    "占道经营",
    "垃圾满溢",
    "施工噪声扰民",
    "车辆乱停",
    "下水道堵塞",
    "广告牌松动",
    "小广告",
    "绿化缺损",
)
CATEGORIES = ("0602", "0601", "0401", "0109", "0301", "0404", "0503", "0203", "0201", "0107")
LEADS = ("SZ", "SZ", "CG", "HW", "HB", "JJ", "SW", "CG", "CG", "YL")
CLASSES = ("W3", "U1", "H4", "H4", "H4", "H2", "U1", "U1", "W1", "W5")

_DESK = Actor("op-intake-ZZZX", "intake", "ZZZX", "A1", "bench")
_STREET_AREAS = [area.code for area in AREAS if area.level in ("street", "community", "grid")]


class Filled(msgspec.Struct, frozen=True):
    """How much was written."""

    incidents: int
    entries: int


def fill(test: TestHall, lived: int, imported: int, seed: int = 1) -> Filled:
    """`lived` cases with whole or half lives in the last month, and `imported` rows of history before it."""
    rng = random.Random(seed)
    desk = test.commander.desk
    now = test.clock.now()
    entries = 0
    steps = sorted(_lives(desk, rng, lived, now), key=lambda step: step[0])
    rows = ((now - 31 * DAY_MS, _row(desk, rng, number, now)) for number in range(imported))
    batch: list[Draft] = []
    total = len(steps) + imported
    told = 0
    for at, draft in (*rows, *steps):
        if len(batch) >= BATCH or (batch and at - test.time.now() > HOUR_MS):
            entries += _write(test, batch)
            batch = []
        if entries - told >= PROGRESS_EVERY:
            told = entries
            print(f"filling: {entries} of {total}", file=sys.stderr)
        if not batch:
            test.time.set(max(test.time.now(), at) if entries else at)
        batch.append(draft)
    entries += _write(test, batch)
    test.time.set(now)
    return Filled(lived + imported, entries)


def _write(test: TestHall, batch: list[Draft]) -> int:
    if not batch:
        return 0
    assert isinstance(test.store.append(batch, expect_base=False).result(), Written)
    return len(batch)


def _lives(desk: Desk, rng: random.Random, count: int, now: Instant) -> Iterator[tuple[Instant, Draft]]:
    for number in range(count):
        kind = rng.randrange(len(WHAT))
        begun = now - rng.randrange(1, 30 * DAY_MS)
        incident = f"lived-{number:08d}"
        code = f"990101-20260101-P-B1{number:06d}-0"
        received = ReportReceived(
            incident=incident,
            report=f"report-{number:08d}",
            code=code,
            channel="phone",
            what=f"{WHERE[rng.randrange(10)]}{rng.randrange(1, 400)}号{WHAT[kind]}",
            place=Place(rng.choice(_STREET_AREAS), f"{WHERE[rng.randrange(10)]}{rng.randrange(1, 400)}号"),
            category=CATEGORIES[kind],
            sla_class=CLASSES[kind],
            reporter=Reporter(),
        )
        bodies: list[msgspec.Struct] = [
            received,
            CaseMoved(incident, "accept", form={"category": CATEGORIES[kind]}),
            CaseMoved(incident, "file", form={"sla_class": CLASSES[kind]}),
            OrdersIssued(incident, "dispatch", (OrderIssue(f"{code}-01", LEADS[kind], "lead"),)),
            CaseMoved(incident, "sign", f"{code}-01"),
            CaseMoved(incident, "feedback", f"{code}-01", {"result": "已处理"}),
            CaseMoved(incident, "check_pass", form={"check_method": "photo"}),
            CaseMoved(incident, "callback_done", form={"contacted": "yes", "resolved": "yes"}),
        ]
        # A tenth of the cases are still open, at any stage.
        upto = rng.randrange(1, len(bodies)) if rng.random() < 0.1 else len(bodies)
        at = begun
        for body in bodies[:upto]:
            yield min(at, now), _draft(desk, body, incident, at)
            at += rng.randrange(2 * MINUTE_MS, 6 * HOUR_MS)


def _row(desk: Desk, rng: random.Random, number: int, now: Instant) -> Draft:
    kind = rng.randrange(len(WHAT))
    incident = f"history-{number:08d}"
    received = now - rng.randrange(31 * DAY_MS, 700 * DAY_MS)
    body = ReportImported(
        incident=incident,
        report=f"old-{number:08d}",
        code=f"990101-20250101-H-C1{number:07d}-0",
        channel="hotline",
        what=f"{WHERE[rng.randrange(10)]}{rng.randrange(1, 400)}号{WHAT[kind]}",
        received_at=received,
        history=History(received + 3 * DAY_MS, received + rng.randrange(1, 6 * DAY_MS)),
        place=Place(rng.choice(_STREET_AREAS)),
        category=CATEGORIES[kind],
        external=f"bench:{number}",
    )
    return _draft(desk, body, incident, received)


def _draft(desk: Desk, body: msgspec.Struct, incident: str, at: Instant) -> Draft:
    return desk.draft(body, (incident_subject(incident),), _DESK, at)


def report(desk: Desk, number: str) -> Draft:
    """One received report as a draft."""
    body = ReportReceived(
        incident=f"bench-{number}",
        report=f"bench-report-{number}",
        code=f"bench-{number}",
        channel="phone",
        what=f"{WHERE[0]}118号{WHAT[0]}",
        place=Place(_STREET_AREAS[0], f"{WHERE[0]}118号"),
        category=CATEGORIES[0],
        sla_class=CLASSES[0],
    )
    return _draft(desk, body, body.incident, desk.clock.now())


def filled_hall(folder: Path, lived: int, imported: int) -> Filled:
    """Found a demo hall in `folder` and fill it."""
    with hall(folder, ManualClock(SystemClock().now())) as test:
        return fill(test, lived, imported)
