"""The agenda: by time, equal times in the order of planning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.drill.agenda import Agenda


@given(st.lists(st.integers(0, 5)))
def test_comes_out_by_time_then_by_planning(times: list[int]) -> None:
    agenda = Agenda()
    numbers = [agenda.add(at, "case", "slot") for at in times]
    assert len(agenda) == len(times)
    out = []
    while (at := agenda.next_at) is not None:
        due = agenda.pop()
        assert due.at == at
        out.append((due.at, due.number))
    assert out == sorted(zip(times, numbers, strict=True))
