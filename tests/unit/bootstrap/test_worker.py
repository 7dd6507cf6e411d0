"""The worker: commands in, durable outcomes out, the clerk beside them, a clean end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base import paths
from app.base.clock import HOUR_MS, ManualClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.bootstrap import worker as worker_module
from app.bootstrap.opening import OpenHall, open_hall
from app.bootstrap.worker import Worker
from app.commands.command import Command, Done, NewReport
from app.commands.refused import RefusedError
from app.domain.refusal import Refusal
from app.viewmodels.context import Acting
from tests.helpers.halls import MONDAY_9, actor

WAIT_S = 10
REPORT = NewReport(channel="phone", what="路灯不亮", category="0602", reporter_phone="13800001234")


class Running:
    """An open hall with its worker, and what the worker could not help."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(MONDAY_9)
        language = load_language("en", paths.languages())
        self.hall: OpenHall = open_hall(folder, self.clock, language=language, mark="demo")
        self.heard: list[BaseException] = []
        self.worker = Worker(self.hall, self.heard.append)
        self.acting: Acting = self.worker

    def register(self) -> Done:
        outcome = self.acting.register(REPORT, actor("intake")).result(WAIT_S)
        assert isinstance(outcome, Done)
        return outcome


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(tmp_path)
    yield found
    found.worker.close()
    assert found.heard == []


def test_outcomes_are_durable_or_refusals(running: Running) -> None:
    done = running.register()
    assert running.hall.store.head().gseq == done.entries[-1].gseq
    case = running.hall.reading.case(done.incident)
    assert case is not None
    assert case.state == "reported"
    command = Command(action="accept", incident=done.incident, form={})
    outcome = running.acting.submit(command, actor("intake")).result(WAIT_S)
    assert isinstance(outcome, Refusal)
    assert outcome.code == "field_missing"


def test_a_reveal_gives_the_value_or_the_refusal(running: Running) -> None:
    done = running.register()
    case = running.hall.reading.case(done.incident)
    assert case is not None
    phone = case.reporter.phone
    assert phone is not None
    ask = (done.incident, "phone", phone.ref)
    reasons = [choice.id for choice in running.hall.commander.desk.book().rules.lists["reveal_reasons"]]
    shown = running.acting.reveal(*ask, reasons[0], actor("intake"))
    assert shown.result(WAIT_S) == "13800001234"
    with pytest.raises(RefusedError) as refused:
        running.acting.reveal(*ask, "no such reason", actor("intake")).result(WAIT_S)
    assert refused.value.refusal.code == "field_choice"
    with pytest.raises(RefusedError) as refused:
        running.acting.reveal(*ask, reasons[0], actor("leader")).result(WAIT_S)
    assert refused.value.refusal.code == "role_may_not"


def test_the_clerk_works_beside_the_commands(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "CLERK_PAUSE_MS", 1)
    done = running.register()
    running.clock.advance(HOUR_MS)
    urged = threading.Event()

    def look(_head: object) -> None:
        case = running.hall.commander.incident(done.incident)
        if case is not None and len(case.breaches) == 4:
            urged.set()

    running.hall.store.subscribe(look)
    running.worker.start_clerk()
    assert urged.wait(WAIT_S)
    assert isinstance(running.acting.register(REPORT, actor("intake")).result(WAIT_S), Done)


def test_other_work_and_lives_share_the_thread(running: Running) -> None:
    idents = [running.worker.call(threading.get_ident).result(WAIT_S)]
    rounds = threading.Event()
    lives = threading.Event()

    def work() -> None:
        idents.append(threading.get_ident())
        rounds.set()

    async def life() -> None:
        idents.append(threading.get_ident())
        lives.set()

    running.worker.every(1, work)
    running.worker.spawn(life())
    assert rounds.wait(WAIT_S)
    assert lives.wait(WAIT_S)
    assert len(set(idents)) == 1


def test_what_was_asked_before_closing_is_on_disk_after_it(tmp_path: Path) -> None:
    running = Running(tmp_path)
    asked = [running.acting.register(REPORT, actor("intake")) for _ in range(20)]
    running.worker.close()
    outcomes = [future.result(0) for future in asked]
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    with pytest.raises(WorldError):
        running.acting.register(REPORT, actor("intake")).result(0)
    again = Running(tmp_path)
    assert all(again.hall.reading.case(o.incident) is not None for o in outcomes if isinstance(o, Done))
    again.worker.close()
    again.worker.close()
