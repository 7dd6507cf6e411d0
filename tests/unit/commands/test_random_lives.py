"""Random lives on disk: what the log says, what the projection says and what a refold says are one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.commands.command import Command, Done, NewReport
from app.domain.actor import Actor
from app.domain.consequences import follows
from app.domain.kinds import read_body
from app.domain.owner import owner
from app.domain.refusal import Refusal
from app.projections.board_row import COLUMNS, unpack
from app.projections.cases import read_case
from tests.helpers.chance import STEP, WAITS, form, move, pick, report, second, who
from tests.helpers.folds import fold, scratch
from tests.helpers.halls import TestHall, actor, hall
from tests.helpers.invariants import check_case

Step = tuple[int, int, int, int, int, int]


def attempt(world: TestHall, incidents: list[str], step: Step) -> tuple[Command, Actor]:
    """What somebody tries next."""
    which, what, by, agreed, filled, wait = step
    world.time.advance(pick(WAITS, wait))
    cases = {incident: world.case(incident) for incident in incidents}
    case = cases.pop(pick(incidents, which))
    book = world.commander.desk.book()
    if case.pending and agreed % 2:
        pending = pick(case.pending, agreed // 2)
        named: dict[str, Any] = {"refuses" if agreed % 6 == 1 else "confirms": pending.eid}
        command = Command(action=pending.action, incident=case.id, form={"reason": "不同意"}, **named)
        return command, second(case, pending, book, by)
    transition, order = move(case, book, what)
    values = form(case, transition, book, cases, world.clock.now(), filled)
    command = Command(action=transition.action, incident=case.id, order=order, form=values)
    return command, who(case, transition, order, by)


def take(world: TestHall, command: Command, by: Actor) -> list[str]:
    """Take one step and look at all that must hold after it; the new cases it made."""
    head, before = world.store.head().gseq, world.case(command.incident)
    outcome = world.commander.submit(command, by)
    written = world.store.read_after(head, 100)
    if isinstance(outcome, Refusal):
        assert written == []
        assert world.case(command.incident) == before
        return []
    assert isinstance(outcome, Done)
    assert tuple(written) == outcome.entries
    first, *rest = written
    body = read_body(first.entry.kind, first.entry.kind_version, first.entry.body)
    assert body is not None
    assert all(n.entry.cause == first.entry.eid for n in rest)
    if not rest:
        assert follows(world.case(command.incident), body, world.commander.desk.book()) == ()
    parts = [part.incident for part in getattr(body, "parts", ())]
    for incident in {command.incident, getattr(body, "master", ""), *parts} - {""}:
        case = world.case(incident)
        assert case == read_case(world.store.reader(), incident)
        areas = world.projector.hall.areas
        street = areas.street_of(case.place.area)
        check_case(case, world.commander.desk.book(), street)
        packed = world.store.reader().exec_driver_sql(
            "SELECT b.packed FROM board AS b JOIN case_state AS c ON c.row = b.row WHERE c.incident = ?",
            (incident,),
        )
        row = dict(zip(COLUMNS, unpack(packed.scalar_one()), strict=True))
        shown = world.projector.words.text(row["owner"])
        assert shown == owner(case, world.commander.desk.book(), street)
    return parts


@settings(max_examples=6)
@given(
    reports=st.lists(st.integers(0, 999), min_size=1, max_size=3),
    steps=st.lists(STEP, min_size=25, max_size=50),
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=3),
)
def test_log_projection_and_refold_agree_at_every_step(
    reports: list[int], steps: list[Step], sizes: list[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder, hall(Path(folder) / "hall") as world:
        incidents = []
        for number in reports:
            outcome = world.commander.register(NewReport(what="路灯不亮", **report(number)), actor("intake"))
            assert isinstance(outcome, Done)
            incidents.append(outcome.incident)
        for step in steps:
            incidents += take(world, *attempt(world, incidents, step))
        entries = world.store.read_after(0, 10_000)
        digest = world.projector.digest(world.store.reader())
        with scratch(Path(folder)) as (projector, connection):
            assert fold(projector, connection, entries, sizes) == digest
