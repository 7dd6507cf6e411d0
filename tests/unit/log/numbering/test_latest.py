"""The end of a log in hand says what the file says, and nothing that is not on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import ManualClock
from app.log import rows
from app.log.entries import Numbered
from app.log.numbering.latest import Latest
from tests.helpers.halls import MONDAY_9, TestHall, hall


def on_disk(test: TestHall, gseq: int, limit: int) -> list[Numbered]:
    return rows.read_after(test.store.reader(), gseq, limit)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> list[Numbered]:
    with hall(tmp_path_factory.mktemp("log"), ManualClock(MONDAY_9)) as test:
        for _ in range(3):
            test.dispatched("SZ")
        return on_disk(test, 0, 1_000)


def test_a_store_gives_what_it_wrote_as_the_file_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        test.dispatched("SZ")
        head = test.store.head().gseq
        expected = [on_disk(test, gseq, 3) for gseq in range(head + 2)]

        def never(*_more: object) -> list[Numbered]:
            raise AssertionError("what was just written is read again")

        monkeypatch.setattr(rows, "read_after", never)
        assert [test.store.read_after(gseq, 3) for gseq in range(head + 2)] == expected
    monkeypatch.undo()
    with hall(tmp_path, ManualClock(MONDAY_9)) as again:
        # Nothing was written since the start: the file has it.
        assert [again.store.read_after(gseq, 3) for gseq in range(head + 2)] == expected


@given(st.data())
def test_it_answers_as_the_whole_log_or_not_at_all(entries: list[Numbered], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, sum(len(n.raw) for n in entries)))
    latest, place = Latest(size), 0
    while place < len(entries):
        step = data.draw(st.integers(1, 5))
        latest.add(entries[place : place + step])
        place = min(place + step, len(entries))
        gseq, limit = data.draw(st.integers(0, place + 2)), data.draw(st.integers(1, 10))
        found = latest.after(gseq, limit)
        if found is None:
            assert gseq < place - 1
        else:
            assert found == entries[gseq:place][:limit]
    assert latest.after(place - 1, 1) == [entries[place - 1]]


def test_it_holds_no_more_than_it_may(entries: list[Numbered]) -> None:
    most = sum(len(n.raw) for n in entries[-4:])
    latest = Latest(most)
    for numbered in entries:
        latest.add([numbered])
    held = [gseq for gseq in range(len(entries)) if latest.after(gseq, 1) is not None]
    assert 1 <= len(held) <= 5


def test_after_a_gap_or_a_doubt_it_begins_anew(entries: list[Numbered]) -> None:
    latest = Latest()
    assert latest.after(0, 1) is None
    latest.add(entries[:3])
    latest.add(entries[5:7])
    assert latest.after(0, 1) is None
    assert latest.after(5, 9) == entries[5:7]
    latest.forget()
    assert latest.after(5, 9) is None
