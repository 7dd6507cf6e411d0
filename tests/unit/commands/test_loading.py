"""Cases folded from the log: quarantined entries left out, merges judged with the other case in view."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.commands.loading import fact_of, fold_incident
from app.domain.kinds import incident_subject
from tests.helpers.halls import actor
from tests.helpers.memory_hall import MemoryHall, memory_hall

DISPATCHER = actor("dispatcher")


@pytest.fixture
def hall() -> MemoryHall:
    return memory_hall()


def test_a_quarantined_entry_is_no_fact(hall: MemoryHall) -> None:
    case = hall.dispatched("SZ")
    entries = hall.store.history(incident_subject(case.id))
    assert fact_of(replace(entries[-1], verdict="not_permitted")) is None
    held = [*entries[:-1], replace(entries[-1], verdict="not_permitted")]
    folded = fold_incident(held, hall.store.hall.history, case.id)
    assert folded is not None
    assert (folded.state, folded.entries) == ("filed", len(entries) - 1)


def test_a_fact_says_who_wrote_it_and_what_they_had_seen(hall: MemoryHall) -> None:
    case = hall.dispatched("SZ")
    *_, before, last = hall.store.history(incident_subject(case.id))
    fact = fact_of(last)
    assert fact is not None
    assert (fact.origin, fact.desk) == ("origin", "A1")
    assert fact.base == {incident_subject(case.id): before.gseq}


def test_a_merge_is_judged_by_both_cases_from_whichever_side(hall: MemoryHall) -> None:
    """The master alone never tells that the case had been dispatched unseen."""
    master, case = hall.register(), hall.register()
    away = hall.elsewhere()
    hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    away.do(case, "merge", actor("intake"), master_id=master.id)
    away.back()
    assert [item.action for item in hall.case(master.id).contested] == ["merge"]
    assert hall.case(master.id).contested == hall.case(case.id).contested
    entries = hall.store.history(incident_subject(master.id))
    alone = fold_incident(entries, hall.store.hall.history, master.id)
    assert alone is not None
    assert alone.contested == ()


def test_merged_to_and_fro_the_folding_comes_to_an_end(hall: MemoryHall) -> None:
    one, other = hall.register(), hall.register()
    for _ in range(4):
        hall.do(one, "merge", actor("intake"), master_id=other.id)
        hall.do(one, "unmerge", DISPATCHER, reason="不是同一件事")
        hall.do(other, "merge", actor("intake"), master_id=one.id)
        hall.do(other, "unmerge", DISPATCHER, reason="不是同一件事")
    assert (hall.case(one.id).state, hall.case(other.id).state) == ("reported", "reported")
    assert (len(hall.case(one.id).reports), len(hall.case(other.id).reports)) == (1, 1)
