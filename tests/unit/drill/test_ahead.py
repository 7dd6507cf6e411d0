"""The log that runs ahead of the disk shows and writes exactly what the store would have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import MINUTE_MS
from app.base.errors import WorldError
from app.commands.command import Command, Done, NewReport
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.domain.moves import CaseMoved
from app.drill import ahead as ahead_module
from app.drill.ahead import Ahead
from app.log.port import Duplicate, Stale
from tests.helpers.halls import MONDAY_9, actor
from tests.unit.drill.made import DemoHall, county, demo_hall

GRID = county().areas[-1].code


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[DemoHall]:
    with demo_hall(tmp_path / "hall", MONDAY_9, MONDAY_9 + MINUTE_MS) as opened:
        yield opened


def desk_of(hall: DemoHall, ahead: Ahead) -> Desk:
    return Desk(ahead, lambda: hall.desk.hall, hall.tape.past, letters="A1")


def register(commander: Commander) -> str:
    report = NewReport(channel="phone", what="路灯不亮，电话13800001111", area=GRID, category="0602")
    outcome = commander.register(report, actor("intake"))
    assert isinstance(outcome, Done)
    return outcome.incident


def accept(commander: Commander, incident: str) -> None:
    form = {"category": "0602", "place_confirmed": True}
    outcome = commander.submit(Command(action="accept", incident=incident, form=form), actor("intake"))
    assert isinstance(outcome, Done)


def test_what_is_held_is_read_before_it_is_written(hall: DemoHall) -> None:
    ahead = Ahead(hall.store, hall.tape)
    commander, before = Commander(desk_of(hall, ahead)), hall.store.head()
    incident = register(commander)
    hall.tape.past.advance(7 * MINUTE_MS)
    accept(commander, incident)
    case = commander.incident(incident)
    assert case is not None
    assert (case.state, case.changed_at - case.received_at) == ("accepted", 7 * MINUTE_MS)
    assert hall.store.head() == before
    assert [n.entry.kind for n in ahead.read_after(before.gseq, 10)] == ["report_received", "case_moved"]
    assert [n.gseq for n in ahead.read_after(before.gseq - 1, 2)] == [before.gseq, before.gseq + 1]


def test_flush_writes_the_same_entries_with_their_own_times(hall: DemoHall) -> None:
    ahead = Ahead(hall.store, hall.tape)
    commander = Commander(desk_of(hall, ahead))
    incident = register(commander)
    hall.tape.past.advance(7 * MINUTE_MS)
    accept(commander, incident)
    held = ahead.history(f"incident:{incident}")
    ahead.flush()
    assert hall.store.history(f"incident:{incident}") == held == ahead.history(f"incident:{incident}")
    assert [n.at - MONDAY_9 for n in held] == [0, 7 * MINUTE_MS]
    assert hall.store.head() == ahead.head()
    case = hall.desk.incident(incident)
    assert case is not None
    assert case.original is not None
    assert hall.store.vault.read(case.original.ref) == "路灯不亮，电话13800001111"


def test_goes_on_over_several_flushes_and_forgotten_cases(
    hall: DemoHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead_module, "APPENDS_PER_FLUSH", 3)
    monkeypatch.setattr(ahead_module, "SUBJECTS_KEPT", 1)
    ahead = Ahead(hall.store, hall.tape)
    commander = Commander(desk_of(hall, ahead))
    cases = [register(commander) for _ in range(5)]
    for incident in cases:
        hall.tape.past.advance(MINUTE_MS)
        accept(commander, incident)
        assert [n.entry.kind for n in ahead.history(f"incident:{incident}")] == [
            "report_received",
            "case_moved",
        ]
    ahead.flush()
    for incident in cases:
        case = hall.desk.incident(incident)
        assert case is not None
        assert case.state == "accepted"


def test_judges_as_the_store_does(hall: DemoHall) -> None:
    first = register(Commander(hall.desk))
    hall.tape.past.advance(MINUTE_MS)
    ahead = Ahead(hall.store, hall.tape)
    desk = desk_of(hall, ahead)
    second = register(Commander(desk))
    known = hall.store.history(f"incident:{first}")[0].entry
    held = ahead.history(f"incident:{second}")[-1]
    body = CaseMoved(second, "accept")
    for subject in (known.subjects[1], held.entry.subjects[1]):
        refused = ahead.append([desk.draft(body, [subject], actor("intake"), 0)]).result()
        assert isinstance(refused, Duplicate)
        assert refused.subject == subject
    subject = held.entry.subjects[0]
    draft = desk.draft(body, [subject], actor("intake"), 0, base={subject: held.gseq - 1})
    assert ahead.append([draft]).result() == Stale(subject, held.gseq)


def test_somebody_else_writing_is_found_out(hall: DemoHall) -> None:
    ahead = Ahead(hall.store, hall.tape)
    register(Commander(desk_of(hall, ahead)))
    register(Commander(Desk(hall.store, lambda: hall.desk.hall, hall.tape, letters="B2")))
    with pytest.raises(WorldError) as caught:
        ahead.flush()
    assert caught.value.key == "history_out_of_step"
