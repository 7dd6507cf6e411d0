"""A simulated week in a real hall: the rules agree with all of it, and it is the same for the same seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import DAY_MS, HOUR_MS
from app.commands.commander import Commander
from app.domain import timing
from app.domain.light import light
from app.drill import history, past
from app.drill.history import Progress
from app.drill.past import make_past
from tests.helpers.halls import MONDAY_9, shipped_book
from tests.unit.drill.made import FRIDAY_15, DemoHall, Recorder, demo_hall

DAYS = 7
PHONE = re.compile(rb"(?<!\d)(1380000\d{4}|139555\d{5})(?!\d)")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoHall, list[Progress]]]:
    told: list[Progress] = []
    with demo_hall(tmp_path_factory.mktemp("w") / "hall", FRIDAY_15 - DAYS * DAY_MS, FRIDAY_15) as hall:
        make_past(
            hall.store,
            hall.desk,
            hall.tape,
            hall.world,
            FRIDAY_15,
            DAYS,
            progress=told.append,
        )
        yield hall, told


def test_the_rules_agree_with_every_step(lived: tuple[DemoHall, list[Progress]]) -> None:
    tally = lived[0].world.tally
    assert tally.bugs == {}
    assert sum(tally.refused.values()) <= 0.005 * sum(tally.done.values()), tally.reasons
    assert tally.reports == pytest.approx(1054 * DAYS / 30, rel=0.25)


def test_many_turns_are_taken(lived: tuple[DemoHall, list[Progress]]) -> None:
    done = lived[0].world.tally.done
    plain = {"accept", "file", "dispatch", "sign", "first_contact", "progress", "feedback", "check_pass"}
    ends = {"callback_done", "close_without_callback", "self_handled", "answered_at_once"}
    turns = {"return", "ask_extension", "extend", "request_verify", "verify_scene", "urge", "check_fail"}
    urgent = {"arrive", "make_safe", "restore"}
    assert plain | ends | turns | urgent <= set(done)
    assert len(done) >= 35


def test_no_case_is_left_without_a_plan(lived: tuple[DemoHall, list[Progress]]) -> None:
    hall, book = lived[0], shipped_book()
    still_open = [c for c in hall.cases() if book.states[c.state].kind in ("open", "paused")]
    assert len(still_open) > 20
    for case in still_open:
        life = hall.world.lives.get(case.id)
        assert life is not None, case.state
        assert life.planned or case.state == "merged", (case.state, case.orders)


def test_lights_and_states_of_all_kinds(lived: tuple[DemoHall, list[Progress]]) -> None:
    book, cases = shipped_book(), lived[0].cases()
    states = Counter(case.state for case in cases)
    assert {"closed", "handling", "check", "callback"} <= set(states)
    lights = Counter(
        light(shown.deadline, FRIDAY_15)
        for case in cases
        if book.states[case.state].kind in ("open", "paused") and (shown := timing.shown(book, case))
    )
    assert {"in_time", "not_started", "overdue"} <= set(lights)
    assert lights["overdue"] < 0.4 * sum(lights.values())


def test_the_clerk_does_what_falls_due(lived: tuple[DemoHall, list[Progress]]) -> None:
    entries = [n.entry for n in lived[0].store.read_after(0, 1_000_000)]
    assert Counter(entry.kind for entry in entries)["limit_breached"] > 50
    signed_by_time = [o for case in lived[0].cases() for o in case.orders if o.signed_by_time]
    assert 5 < len(signed_by_time) < 0.2 * sum(len(case.orders) for case in lived[0].cases())


def test_most_is_done_in_time(lived: tuple[DemoHall, list[Progress]]) -> None:
    late = Counter(timing.closed_late(shipped_book(), c) for c in lived[0].cases() if c.closed_at)
    assert 0.7 < late[False] / (late[False] + late[True]) < 0.95


def test_times_run_from_the_start_to_the_present(lived: tuple[DemoHall, list[Progress]]) -> None:
    entries = lived[0].store.read_after(0, 1_000_000)
    times = [numbered.at for numbered in entries]
    assert times == sorted(times)
    assert times[0] == FRIDAY_15 - DAYS * DAY_MS
    assert FRIDAY_15 - 2 * HOUR_MS < times[-1] <= FRIDAY_15
    assert lived[0].tape.now() == FRIDAY_15


def test_who_did_it_holds_a_post(lived: tuple[DemoHall, list[Progress]]) -> None:
    hall = lived[0]
    actors = {numbered.entry.actor for numbered in hall.store.read_after(0, 1_000_000)}
    assert actors <= {*hall.desk.hall.operators, "system"}
    assert len(actors) > 30


def test_no_telephone_number_stands_in_the_log(lived: tuple[DemoHall, list[Progress]]) -> None:
    hall = lived[0]
    masked = 0
    for numbered in hall.store.read_after(0, 1_000_000):
        assert PHONE.search(numbered.raw) is None
        masked += b"****" in numbered.raw
    assert masked > 50


def test_progress_is_told(lived: tuple[DemoHall, list[Progress]]) -> None:
    last = lived[1][-1]
    assert last.done == lived[0].world.tally.reports <= last.total
    assert last.at == FRIDAY_15
    assert [p.done for p in lived[1]] == sorted(p.done for p in lived[1])


def recorded(folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> list[tuple[Any, ...]]:
    """Everything that a day of this seed asked of the hall."""
    with demo_hall(folder, MONDAY_9, MONDAY_9 + DAY_MS, seed) as hall:
        recorders: list[Recorder] = []
        enter = hall.world.enter

        def record(commander: Commander, clock: Any) -> None:
            recorders.append(Recorder(commander, hall.tape.past))
            enter(recorders[-1], clock)

        monkeypatch.setattr(hall.world, "enter", record)
        make_past(hall.store, hall.desk, hall.tape, hall.world, MONDAY_9 + DAY_MS, 1)
        return recorders[0].asked


def test_same_seed_same_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = recorded(tmp_path / "a", monkeypatch, 4)
    assert len(first) > 100
    assert recorded(tmp_path / "b", monkeypatch, 4) == first
    assert recorded(tmp_path / "c", monkeypatch, 5) != first


def test_giving_up_leaves_a_whole_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class GivenUpError(Exception):
        pass

    def give_up(progress: Progress) -> None:
        if progress.done >= 10:
            raise GivenUpError

    monkeypatch.setattr(history, "TOLD_EVERY_S", 0.0)
    until = MONDAY_9 + DAY_MS
    with demo_hall(tmp_path / "hall", MONDAY_9, until) as hall:
        with pytest.raises(GivenUpError):
            past.make_past(hall.store, hall.desk, hall.tape, hall.world, until, 1, progress=give_up)
        assert len([c for c in hall.cases() if c.reports]) >= 9
        assert hall.tape.now() == until
        assert hall.world.arrivals.at(until).serial > 10
