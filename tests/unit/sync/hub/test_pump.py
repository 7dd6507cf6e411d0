"""The pump of one desk's line: pushes go on to the log while one is written, and are answered in order."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from app.base.errors import WorldError
from app.log.entries import Parcel
from app.log.port import Accepted, Pushed
from app.sync.hub.effects import Number
from app.sync.hub.pump import PUSHES_MAX, HubPump
from app.sync.ports import Moment


class Hall:
    """Pushes that the test answers."""

    def __init__(self) -> None:
        self.asked: list[Future[Pushed]] = []

    def moment(self) -> Moment:
        return Moment(0, 0)

    def push(self, _origin: str, _parcels: tuple[Parcel, ...]) -> Future[Pushed]:
        self.asked.append(Future())
        # The writer has it in hand: it can no longer be taken back.
        self.asked[-1].set_running_or_notify_cancel()
        return self.asked[-1]


class Line:
    def __init__(self) -> None:
        self.origin = "desk"
        self.told: list[Pushed | str] = []

    def pushed(self, outcome: Pushed, _now: Moment) -> None:
        self.told.append(outcome)

    def failed(self) -> None:
        self.told.append("failed")


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def line() -> Line:
    return Line()


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def begun(hall: Hall, line: Line, pushes: int) -> asyncio.Task[None]:
    """Grants so many pushes, one after the other, as the reading side does."""
    nothing: Any = None
    pump = HubPump(nothing, line, hall)  # type: ignore[arg-type]

    async def grant() -> None:
        for _ in range(pushes):
            await pump.grant(Number((Parcel(b"{}"),)))

    return asyncio.create_task(grant())


async def test_the_next_is_asked_for_while_one_is_written_and_no_more(hall: Hall, line: Line) -> None:
    granting = begun(hall, line, 5)
    await turns()
    assert len(hall.asked) == PUSHES_MAX
    assert line.told == []
    for number in range(5):
        hall.asked[number].set_result(Accepted(number, number))
        await turns()
        assert line.told[-1] == Accepted(number, number)
        assert len(hall.asked) == min(5, PUSHES_MAX + number + 1)
    await granting


async def test_what_fails_ends_the_line(hall: Hall, line: Line) -> None:
    granting = begun(hall, line, 2)
    await turns()
    hall.asked[0].set_exception(WorldError("disk_full", path="d"))
    hall.asked[1].set_exception(ValueError("a bug"))
    await turns()
    assert line.told == ["failed", "failed"]
    await granting


async def test_a_line_that_ends_takes_no_push_back(hall: Hall, line: Line) -> None:
    granting = begun(hall, line, 3)
    await turns()
    granting.cancel()
    await asyncio.gather(granting, return_exceptions=True)
    assert not any(future.cancelled() for future in hall.asked)
    hall.asked[0].set_result(Accepted(1, 1))
    await turns()
    assert line.told == [Accepted(1, 1)]
