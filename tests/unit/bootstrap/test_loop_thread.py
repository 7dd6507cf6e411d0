"""The worker's thread: order, errors that are seen, periodic work that goes on, an end that loses nothing."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest

from app.base.errors import WorldError
from app.bootstrap.loop_thread import LoopThread

WAIT_S = 10


class Watched:
    """A loop thread and what its `failed` heard."""

    def __init__(self) -> None:
        self.heard: list[BaseException] = []
        self.thread = LoopThread("test-worker", self.heard.append)


@pytest.fixture
def watched() -> Iterator[Watched]:
    found = Watched()
    yield found
    found.thread.close()


def test_calls_run_in_order_on_one_thread_of_their_own(watched: Watched) -> None:
    seen: list[tuple[int, int]] = []
    calls = [
        watched.thread.call(lambda n=n: seen.append((n, threading.get_ident())))  # type: ignore[misc]
        for n in range(20)
    ]
    for call in calls:
        call.result(WAIT_S)
    assert [number for number, _ in seen] == list(range(20))
    assert len({ident for _, ident in seen}) == 1
    assert seen[0][1] != threading.get_ident()


def test_an_expected_error_reaches_its_caller_only(watched: Watched) -> None:
    def work() -> None:
        raise WorldError("disk_full", path="d")

    with pytest.raises(WorldError):
        watched.thread.call(work).result(WAIT_S)
    assert watched.heard == []


def test_a_bug_reaches_its_caller_the_log_and_whoever_listens(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR), pytest.raises(ZeroDivisionError):
        watched.thread.call(work).result(WAIT_S)
    assert [type(error) for error in watched.heard] == [ZeroDivisionError]
    assert [record.message for record in caplog.records] == ["worker.failed"]
    assert watched.thread.call(lambda: 1).result(WAIT_S) == 1


def test_a_life_that_breaks_is_heard_of(watched: Watched) -> None:
    began = threading.Event()

    async def life() -> None:
        began.set()
        raise ZeroDivisionError

    watched.thread.spawn(life())
    assert began.wait(WAIT_S)
    watched.thread.close()
    assert [type(error) for error in watched.heard] == [ZeroDivisionError]


def test_periodic_work_goes_on_after_an_error_and_tells_of_it_once(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = 0
    enough = threading.Event()

    def work() -> None:
        nonlocal rounds
        rounds += 1
        if rounds >= 6:
            enough.set()
        if rounds in (2, 3, 4):
            raise ZeroDivisionError

    with caplog.at_level(logging.INFO):
        watched.thread.every(1, work)
        assert enough.wait(WAIT_S)
        watched.thread.close()
    assert [type(error) for error in watched.heard] == [ZeroDivisionError]
    assert [r.message for r in caplog.records] == ["worker.periodic.failed", "worker.periodic.recovered"]


def test_work_that_has_more_to_do_is_not_kept_waiting(watched: Watched) -> None:
    rounds = 0
    enough = threading.Event()

    def work() -> bool:
        nonlocal rounds
        rounds += 1
        if rounds == 5:
            enough.set()
        return rounds < 5

    watched.thread.every(3_600_000, work)
    assert enough.wait(WAIT_S)
    watched.thread.close()
    assert rounds == 5


def test_closing_does_what_waits_ends_lives_and_takes_nothing_more(watched: Watched) -> None:
    release = threading.Event()
    cleaned: list[str] = []
    begun = threading.Event()

    async def life() -> None:
        begun.set()
        try:
            await asyncio.sleep(3_600)
        finally:
            cleaned.append("life")

    watched.thread.spawn(life())
    assert begun.wait(WAIT_S)
    first = watched.thread.call(lambda: release.wait(WAIT_S))
    waiting = [watched.thread.call(lambda n=n: n) for n in range(50)]  # type: ignore[misc]
    threading.Timer(0.05, release.set).start()
    watched.thread.close()
    assert first.result(0)
    assert [call.result(0) for call in waiting] == list(range(50))
    assert cleaned == ["life"]
    with pytest.raises(WorldError) as refused:
        watched.thread.call(lambda: 1).result(0)
    assert refused.value.key == "log_closed"
    late = life()
    watched.thread.spawn(late)
    assert late.cr_frame is None, "a life refused must be closed, or Python warns of it"
    watched.thread.close()
    assert watched.heard == []


def test_a_call_cancelled_before_its_turn_is_not_made(watched: Watched) -> None:
    release = threading.Event()
    watched.thread.call(lambda: release.wait(WAIT_S))
    made: list[int] = []
    call = watched.thread.call(lambda: made.append(1))
    assert call.cancel()
    release.set()
    watched.thread.close()
    assert made == []
