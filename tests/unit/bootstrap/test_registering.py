"""Reports on their way to the disk together: each gets its own outcome, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import ManualClock
from app.base.errors import WorldError
from app.bootstrap.loop_thread import LoopThread
from app.bootstrap.registering import register_on
from app.commands import registering
from app.commands.command import AlreadyDone, Done, NewReport, Outcome
from app.commands.desk import Desk
from app.domain.refusal import Refusal
from app.log.entries import Draft
from app.log.port import Appended, Duplicate
from tests.helpers.halls import MONDAY_9, TestHall, actor, hall

WAIT_S = 10
REPORT = NewReport(channel="phone", what="路灯不亮", category="0602")


class SlowDisk:
    """A log whose appends are answered when the test lets them be; `answers` may stand in for its own."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.held: list[Callable[[], None]] = []
        self.answers: list[Appended | Exception] = []

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        answer: Future[Appended] = Future()

        def let_go() -> None:
            instead = self.answers.pop(0) if self.answers else None
            if isinstance(instead, Exception):
                answer.set_exception(instead)
            else:
                answer.set_result(instead or self._log.append(drafts, expect_base=expect_base).result())

        self.held.append(let_go)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


class Running:
    """A hall whose reports are decided on a thread of their own."""

    def __init__(self, test: TestHall) -> None:
        self.test = test
        self.heard: list[BaseException] = []
        self.disk = SlowDisk(test.store)
        desk = test.commander.desk
        self.desk = Desk(self.disk, lambda: desk.hall, desk.clock, letters=desk.letters)
        self.thread = LoopThread("test", self.heard.append)

    def register(self, report: NewReport = REPORT, role: str = "intake") -> Future[Outcome]:
        answer = register_on(self.thread, self.desk, report, actor(role))
        self.turn()
        return answer

    def turn(self) -> None:
        """All that was asked of the thread so far is done."""
        self.thread.call(lambda: None).result(WAIT_S)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        found = Running(test)
        yield found
        found.thread.close()
        assert found.heard == []


def test_the_next_is_decided_while_the_first_is_on_its_way(running: Running) -> None:
    asked = [running.register() for _ in range(3)]
    assert len(running.disk.held) == 3
    assert not any(answer.done() for answer in asked)
    for let_go in running.disk.held:
        let_go()
    outcomes = [answer.result(WAIT_S) for answer in asked]
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    assert len({outcome.code for outcome in outcomes if isinstance(outcome, Done)}) == 3


def test_the_same_report_twice_on_its_way_is_one_case(running: Running) -> None:
    one = NewReport(channel="phone", what="路灯不亮", category="0602", id="key-1")
    first, second = running.register(one), running.register(one)
    for let_go in running.disk.held:
        let_go()
    done, again = first.result(WAIT_S), second.result(WAIT_S)
    assert isinstance(done, Done)
    assert again == AlreadyDone(done.incident, done.entries[0].gseq)


def test_a_code_that_was_taken_meanwhile_is_minted_anew_and_not_for_ever(running: Running) -> None:
    running.disk.answers = [Duplicate(0, "code:20260309-A1001", 7)]
    answer = running.register()
    running.disk.held.pop()()
    running.turn()
    assert not answer.done()
    running.disk.held.pop()()
    assert isinstance(answer.result(WAIT_S), Done)
    running.disk.answers = [Duplicate(0, "code:20260309-A1001", 7)] * registering.TRIES
    answer = running.register()
    while running.disk.held:
        running.disk.held.pop()()
        running.turn()
    assert answer.result(WAIT_S) == Refusal("moved_on")


def test_refusals_and_a_disk_that_refuses_are_told(running: Running) -> None:
    refused = running.register(NewReport(channel="phone", what=" ")).result(WAIT_S)
    assert isinstance(refused, Refusal)
    assert refused.code == "field_missing"
    running.disk.answers = [WorldError("disk_full", path="d")]
    answer = running.register()
    running.disk.held.pop()()
    with pytest.raises(WorldError, match="disk_full"):
        answer.result(WAIT_S)


def test_nothing_is_begun_when_the_thread_has_ended(running: Running) -> None:
    running.thread.close()
    with pytest.raises(WorldError, match="log_closed"):
        register_on(running.thread, running.desk, REPORT, actor("intake")).result(WAIT_S)
