"""A test hall with some sixty cases in every state there is, to be looked at and counted."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.commands.command import Done, NewReport
from app.domain.actor import SYSTEM, Actor
from app.domain.hall import OperatorGranted
from app.domain.incident import Incident
from app.domain.label import Label
from app.log.port import Written
from tests.helpers.halls import TestHall, actor

AREA = "990101001001"
OTHER_AREA = "990101002"

MATTERS: Sequence[tuple[str, str, str, str, bool]] = (
    ("下穿通道积水 22 cm,未封闭", "1801", "东环路下穿", OTHER_AREA, True),
    ("居民楼道燃气异味,住户已撤到楼下", "0801", "江畔社区 3 栋", OTHER_AREA, True),
    ("电梯困人,内有老人和孩子", "0806", "江畔社区 9 栋", OTHER_AREA, True),
    ("路面塌陷约 2 m,已围挡", "0501", "滨江路 118 号", AREA, True),
    ("占用消防通道,车辆堵住出口", "0701", "和平里 2 区", AREA, False),
    ("信号灯故障,路口拥堵", "0901", "文昌路口", AREA, False),
    ("夜间施工噪声,影响休息", "0301", "云锦花园", AREA, False),
    ("井盖缺失,已用锥桶围护", "0601", "学府路 41 号", AREA, False),
    ("河面漂浮物成片", "0105", "滨河中段", OTHER_AREA, False),
    ("垃圾清运不及时,桶满溢出", "0109", "文昌社区", AREA, False),
    ("共享单车堆放占道", "0405", "地铁 B 口", OTHER_AREA, False),
    ("店外经营占用人行道", "0402", "东环路", OTHER_AREA, False),
    ("路灯不亮,夜间行走不便", "0602", "滨江路西段", AREA, False),
    ("违规搭建彩钢棚", "0101", "老街 77 号", AREA, False),
    ("暴露垃圾成堆", "0102", "楼后空地", AREA, False),
    ("绿地内有垃圾和落叶", "0106", "梧桐苑", AREA, False),
)
"""What happened, its category, where, the area, and whether lives are in danger."""


def grant(hall: TestHall, operator: str, post: Label, role: str, unit: str) -> Actor:
    """Let one more operator sit in this hall."""
    desk = hall.commander.desk
    draft = desk.draft(OperatorGranted(operator, post, (role,), unit), ("hall",), SYSTEM, hall.clock.now())
    assert isinstance(desk.log.append([draft]).result(), Written)
    return Actor(operator, role, unit, "A1", "s1")


def people(hall: TestHall) -> None:
    """Handlers and heads of a few departments beside the centre's own operators."""
    for code, zh, en in (
        ("SZ", "市政", "Works"),
        ("CG", "城管", "City management"),
        ("HW", "环卫", "Sanitation"),
    ):
        grant(hall, f"op-{code.lower()}-handler", Label(f"{zh}承办员", f"{en} handler"), "handler", code)
        grant(hall, f"op-{code.lower()}-head", Label(f"{zh}负责人", f"{en} head"), "dept_lead", code)


def categories(hall: TestHall) -> frozenset[str]:
    return frozenset(hall.commander.desk.book().matrix)


def report(hall: TestHall, number: int) -> Incident:
    """One of the matters, reported by phone with a name and a number."""
    what, category, address, area, danger = MATTERS[number % len(MATTERS)]
    known = categories(hall)
    outcome = hall.commander.register(
        NewReport(
            channel=("phone", "hotline", "window", "grid", "mailbox")[number % 5],
            what=what if number < len(MATTERS) else f"{what}(第 {number} 号)",
            area=area,
            address=address,
            flat="2 单元 301 室" if number % 4 == 0 else "",
            category=category if category in known else "0102",
            life_danger=danger,
            urgent=number % 16 == 4,
            reporter_name="刘桂兰" if number % 3 else "",
            reporter_phone=f"1391234{2200 + number:04d}" if number % 3 else "",
        ),
        actor("intake"),
    )
    assert isinstance(outcome, Done), outcome
    return hall.case(outcome.incident)


STEPS: Sequence[Sequence[str]] = (
    (),
    ("accept",),
    ("accept", "file"),
    ("accept", "file", "dispatch"),
    ("accept", "file", "dispatch", "sign"),
    ("accept", "file", "dispatch", "sign", "first_contact"),
    ("accept", "file", "dispatch", "sign", "progress"),
    ("accept", "file", "dispatch", "sign", "ask_hold", "hold"),
    ("accept", "file", "dispatch", "sign", "ask_extension"),
    ("accept", "file", "dispatch", "sign", "feedback"),
    ("accept", "file", "dispatch", "sign", "feedback", "check_pass"),
    ("accept", "file", "dispatch", "sign", "feedback", "check_pass", "callback_done"),
    ("accept", "file", "dispatch", "return"),
    ("accept", "file", "dispatch", "sign", "urge"),
    ("reject",),
    ("accept", "file", "dispatch", "sign", "feedback", "check_fail"),
)
"""How far cases have come, one after another."""

NOT_URGENT = ("file", "reject", "ask_hold", "hold")
"""Steps that an urgent case takes by itself or never."""

WHO = {
    "accept": "intake",
    "reject": "intake",
    "file": "dispatcher",
    "dispatch": "dispatcher",
    "hold": "centre_lead",
    "check_pass": "dispatcher",
    "check_fail": "dispatcher",
    "callback_done": "callback",
    "urge": "supervisor",
}


def step(hall: TestHall, case: Incident, action: str, alone: bool) -> Incident:
    """One step by whoever may take it, its required fields filled with anything that fits; with `alone` the
    lead gets no co-departments. A step that waits for a second person is agreed to."""
    lead = case.lead
    role = WHO.get(action, "handler")
    by = actor(role, lead.unit if role == "handler" and lead is not None else "ZZZX")
    form = hall.fill(action, case)
    if action == "dispatch":
        row = hall.commander.desk.book().matrix[case.category]
        form = {"lead_department": row.lead, "co_departments": [] if alone else list(row.co[:2])}
    case = hall.do(case, action, by, **form)
    if action == "feedback" and case.pending and lead is not None:
        return hall.do(case, action, actor("dept_lead", lead.unit), confirms=case.pending[0].eid)
    return case


def fill_hall(hall: TestHall, cases: int = 60, seed: int = 7, days: int = 3) -> list[Incident]:
    """Cases at every step, received over the next `days`, most of them lately; the clock ends there."""
    chance = random.Random(seed)
    begin, end = hall.clock.now(), hall.clock.now() + days * DAY_MS
    due: list[tuple[int, int, int]] = []
    for number in range(cases):
        # The square puts half of the cases into the last quarter of the time.
        age = round((chance.random() ** 2) * (end - begin - HOUR_MS)) + 2 * MINUTE_MS
        heapq.heappush(due, (end - age, number, -1))
    made: dict[int, Incident] = {}
    while due:
        at, number, place = heapq.heappop(due)
        hall.time.set(max(at, hall.clock.now()))
        if place < 0:
            made[number] = report(hall, number)
        else:
            made[number] = _go_on(hall, made[number], number, place)
        if place + 1 < len(STEPS[number % len(STEPS)]):
            pause = chance.randrange(MINUTE_MS, 3 * HOUR_MS if not made[number].urgent else 8 * MINUTE_MS)
            heapq.heappush(due, (min(at + pause, end), number, place + 1))
    hall.time.set(end)
    return [made[number] for number in sorted(made)]


def _go_on(hall: TestHall, case: Incident, number: int, place: int) -> Incident:
    steps = STEPS[number % len(STEPS)]
    if case.urgent and steps[place] in NOT_URGENT:
        return case
    return step(hall, case, steps[place], alone="feedback" in steps)
