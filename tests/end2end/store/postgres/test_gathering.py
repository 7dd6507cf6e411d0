"""Who writes alone waits for nothing; those who write at the same time are written together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from app.log.entries import Head
from app.log.numbering.group import Asked, Job
from app.log.postgres import gathering
from app.log.postgres.gathering import LINGERS_MAX, GatheringWriter
from tests.helpers.counting import counted

SOON_S = 10


class Core:
    """Says which group each job was written in; waits before the first until it is let go."""

    head = standing = Head("stream", 1, 0, "")

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.groups: list[int] = []

    def commit(self, group: Sequence[Job]) -> list[Any]:
        self.begun.set()
        assert self.go.wait(SOON_S)
        self.groups.append(len(group))
        return [len(self.groups)] * len(group)

    def run(self, work: Callable[[Connection], int]) -> int:
        raise AssertionError

    def checkpoint(self) -> None:
        raise AssertionError


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(gathering, "time", SimpleNamespace(sleep=taken.append))
    return taken


def job() -> Asked:
    return Asked((counted("a"),), True)


def test_who_writes_alone_waits_for_nothing(naps: list[float]) -> None:
    core = Core()
    core.go.set()
    with closing(GatheringWriter(core)) as writer:
        assert [writer.ask(job()).result(SOON_S) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert (core.groups, naps) == ([1] * 5, [])


def test_company_is_waited_for_but_not_for_long(naps: list[float]) -> None:
    core = Core()
    with closing(GatheringWriter(core)) as writer:
        first = writer.ask(job())
        assert core.begun.wait(SOON_S)
        waiting = [writer.ask(job()) for _ in range(3)]
        core.go.set()
        assert [future.result(SOON_S) for future in (first, *waiting)] == [1, 2, 2, 2]
        # They come back one by one; the first of them may find company once more.
        assert writer.ask(job()).result(SOON_S) == 3
        before = len(naps)
        assert writer.ask(job()).result(SOON_S) == 4
    assert 0 < before <= 2 * LINGERS_MAX
    assert len(naps) == before
