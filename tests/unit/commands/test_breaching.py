"""A breach is written once for ever, and only about the case as it stands."""

from __future__ import annotations

import pytest

from app.base.clock import HOUR_MS
from app.commands.breaching import breach
from app.commands.command import AlreadyDone, Done
from app.domain.agenda import agenda, limit_breached
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.moves import LimitBreached
from app.domain.refusal import Refusal
from tests.helpers.halls import shipped_book
from tests.helpers.memory_hall import MemoryHall, body_of, memory_hall
from tests.helpers.starts import reported


def late() -> tuple[MemoryHall, Incident, LimitBreached]:
    """A report nobody accepted in time, and the first rung of it."""
    hall = memory_hall()
    case = reported(hall)
    hall.time.advance(HOUR_MS)
    return hall, case, limit_breached(shipped_book(), case, agenda(shipped_book(), case)[0])


def test_it_is_one_entry_of_the_system_about_the_case() -> None:
    hall, case, body = late()
    outcome = breach(hall.commander.desk, case, case.seen, body)
    assert isinstance(outcome, Done)
    (numbered,) = outcome.entries
    assert (body_of(numbered), numbered.entry.actor, numbered.entry.cause) == (body, "system", None)
    assert numbered.entry.base == {incident_subject(case.id): case.seen}
    assert numbered.at == hall.clock.now()
    assert hall.case(case.id).overlays == ("urged",)


def test_a_second_time_nothing_is_written() -> None:
    hall, case, body = late()
    first = breach(hall.commander.desk, case, case.seen, body)
    assert isinstance(first, Done)
    hall.time.advance(HOUR_MS)
    case = hall.case(case.id)
    again = breach(hall.commander.desk, case, case.seen, body)
    assert again == AlreadyDone(case.id, first.entries[0].gseq)
    assert hall.store.head().gseq == first.entries[0].gseq


def test_two_at_once_write_one(monkeypatch: pytest.MonkeyPatch) -> None:
    hall, case, body = late()
    # Neither has seen the other's entry when it asks.
    monkeypatch.setattr(hall.store, "by_unique", lambda subject: None)
    first = breach(hall.commander.desk, case, case.seen, body)
    assert isinstance(first, Done)
    assert breach(hall.commander.desk, case, case.seen, body) == AlreadyDone(case.id, first.entries[0].gseq)


def test_a_case_that_moved_on_is_left_to_another_look() -> None:
    hall, case, body = late()
    hall.register(joins=case.id)
    assert breach(hall.commander.desk, case, case.seen, body) == Refusal("moved_on")
    assert hall.bodies(LimitBreached) == []
