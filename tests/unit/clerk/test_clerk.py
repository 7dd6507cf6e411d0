"""The clerk's manners: what it fills in, how it takes refusals and failing disks, that it stays bounded."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.clock import DAY_MS, HOUR_MS, ManualClock
from app.base.errors import WorldError
from app.clerk import clerk as clerk_module
from app.clerk.clerk import Clerk
from app.clerk.deeds import package_hash
from app.commands.founding import adopt_rules
from app.domain.incident import Incident
from app.domain.kinds import incident_subject
from app.domain.masking import mask_text
from app.domain.moves import CaseMoved, LimitBreached
from app.projections.paging import cases_after
from app.projections.reading import Reading
from tests.helpers.halls import MONDAY_9, TestHall, actor, hall, shipped_rules
from tests.helpers.memory_hall import MemoryHall, body_of, drive, memory_hall
from tests.helpers.starts import HANDLER, closed, dispatched, held, imported, reported, urgent, waiting


def moves(hall: MemoryHall, action: str) -> list[CaseMoved]:
    return [b for b in hall.bodies(CaseMoved) if isinstance(b, CaseMoved) and b.action == action]


def breaches(hall: MemoryHall) -> list[LimitBreached]:
    return [b for b in hall.bodies(LimitBreached) if isinstance(b, LimitBreached)]


def test_an_order_nobody_signed_is_signed_by_time_and_the_breach_stands_before_it() -> None:
    hall = memory_hall()
    case = dispatched(hall)
    clerk = hall.clerk()
    due = MONDAY_9 + 6 * HOUR_MS  # 4 working hours from 9:00, with the noon break
    drive(hall, clerk, due)
    assert hall.case(case.id).state == "dispatched"
    drive(hall, clerk, due + 1)
    after = hall.case(case.id)
    assert (after.state, after.orders[0].signed_by_time) == ("handling", True)
    last = [body_of(n) for n in hall.store.entries[-2:]]
    assert last[0] == LimitBreached(case.id, "sign", due, "due", "handler", True, case.orders[0].code)
    assert isinstance(last[1], CaseMoved)
    assert last[1].action == "auto_sign"
    assert all(n.entry.actor == "system" for n in hall.store.entries[-2:])


def test_a_wait_and_a_hold_end_by_themselves_with_their_forms_filled() -> None:
    hall = memory_hall()
    one, other = waiting(hall), held(hall)
    drive(hall, hall.clerk(), MONDAY_9 + DAY_MS)
    assert [hall.case(case.id).state for case in (one, other)] == ["handling", "handling"]
    (ended,), (resumed,) = moves(hall, "wait_end"), moves(hall, "resume")
    assert (ended.incident, ended.form) == (one.id, {"answered": "timed_out"})
    assert (resumed.incident, resumed.form) == (other.id, {"reason": "hold_review"})


def test_an_archived_case_carries_the_hash_of_its_entries() -> None:
    hall = memory_hall()
    case = closed(hall)
    before = hall.store.history(incident_subject(case.id))
    drive(hall, hall.clerk(), MONDAY_9 + 10 * DAY_MS)
    (archived,) = moves(hall, "archive")
    lines = "".join(f"{numbered.hash}\n" for numbered in before)
    plain = archived.form["package_hash"].removeprefix("sha256:").replace(":", "")
    assert plain == hashlib.sha256(lines.encode()).hexdigest()
    assert hall.case(case.id).state == "archived"


def test_no_package_hash_is_taken_for_a_telephone_number() -> None:
    hall = memory_hall()
    entries = hall.store.entries
    for number in range(2_000):
        hashed = package_hash([replace(entries[0], hash=f"sha256:{number}")])
        assert mask_text(hashed) == hashed


def test_imported_history_is_left_alone() -> None:
    hall = memory_hall()
    imported(hall)
    clerk = hall.clerk()
    imported(hall)
    before = hall.store.head().gseq
    drive(hall, clerk, MONDAY_9 + 100 * DAY_MS)
    assert (hall.store.head().gseq, clerk.next_at()) == (before, None)


def test_a_person_who_comes_first_leaves_the_clerk_nothing() -> None:
    hall = memory_hall()
    clerk = hall.clerk()
    case = dispatched(hall)
    drive(hall, clerk)
    planned = clerk.next_at()
    hall.do(case, "sign", HANDLER, **hall.fill("sign", case))
    drive(hall, clerk)
    assert planned == MONDAY_9 + 6 * HOUR_MS + 1
    later = clerk.next_at()
    assert later is not None
    assert later > planned
    drive(hall, clerk, planned)
    assert breaches(hall) == []


def test_a_beat_is_bounded_and_the_rest_comes_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk_module, "DEEDS_PER_BEAT", 3)
    hall = memory_hall()
    for _ in range(4):
        reported(hall)
    clerk = hall.clerk()
    hall.time.advance(DAY_MS)
    written = []
    while not clerk.idle(hall.clock.now()):
        written.append(clerk.beat(hall.clock.now()))
    assert max(written) == 3
    assert sum(written) == len(breaches(hall)) == 4 * len(shipped_rules().sla.ladder)


def test_the_start_is_filled_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk_module, "CASES_PER_BEAT", 2)
    hall = memory_hall()
    for _ in range(5):
        reported(hall)
    asked: list[tuple[int, int]] = []

    def pages(row: int, most: int) -> list[object]:
        found = hall.pages(row, most)
        asked.append((row, len(found)))
        return list(found)

    clerk = Clerk(hall.commander, pages)  # type: ignore[arg-type]
    assert asked == []
    while not clerk.idle(MONDAY_9):
        clerk.beat(MONDAY_9)
    assert asked == [(-1, 2), (1, 2), (3, 1), (4, 0)]
    assert clerk.next_at() == MONDAY_9 + 15 * 60_000 + 1


def test_a_refusal_is_logged_once_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    rules = shipped_rules()
    only_answered = tuple(choice for choice in rules.lists["answered"] if choice.id == "answered")
    hall = memory_hall(rules=replace(rules, lists={**rules.lists, "answered": only_answered}))
    case, other = waiting(hall), reported(hall)
    clerk = hall.clerk()
    with caplog.at_level(logging.WARNING):
        drive(hall, clerk, MONDAY_9 + 20 * DAY_MS)
    assert [record.message for record in caplog.records] == ["clerk.refused"]
    assert hall.case(case.id).state == "waiting"
    told = {(body.incident, body.clock) for body in breaches(hall)}
    assert {(case.id, "wait_party"), (other.id, "accept")} <= told
    assert clerk.idle(hall.clock.now())


def test_what_was_refused_is_tried_again_under_new_rules() -> None:
    rules = shipped_rules()
    only_answered = tuple(choice for choice in rules.lists["answered"] if choice.id == "answered")
    hall = memory_hall(rules=replace(rules, lists={**rules.lists, "answered": only_answered}))
    case = waiting(hall)
    clerk = hall.clerk()
    drive(hall, clerk, MONDAY_9 + 3 * DAY_MS)
    assert adopt_rules(hall.commander.desk, rules)
    assert not clerk.idle(hall.clock.now())
    drive(hall, clerk)
    assert hall.case(case.id).state == "handling"


def test_rules_that_move_a_limit_move_the_plan() -> None:
    hall = memory_hall()
    reported(hall)
    clerk = hall.clerk()
    drive(hall, clerk)
    rules = shipped_rules()
    longer = replace(rules.sla, stages={**rules.sla.stages, "accept": "2 h_natural"})
    assert adopt_rules(hall.commander.desk, replace(rules, sla=longer))
    drive(hall, clerk)
    assert clerk.next_at() == MONDAY_9 + 2 * HOUR_MS + 1


def test_a_full_disk_is_logged_once_and_made_up_for(caplog: pytest.LogCaptureFixture) -> None:
    hall = memory_hall()
    reported(hall)
    clerk = hall.clerk()
    drive(hall, clerk)
    hall.time.advance(DAY_MS)
    hall.store.refuse = WorldError("disk_full", path="d")
    with caplog.at_level(logging.INFO):
        assert [clerk.beat(hall.clock.now()) for _ in range(3)] == [0, 0, 0]
        assert clerk.stuck
        hall.store.refuse = None
        drive(hall, clerk)
        assert not clerk.stuck
    assert [r.message for r in caplog.records] == ["clerk.log.failed", "clerk.log.recovered"]
    assert [body.step for body in breaches(hall)] == [step.id for step in shipped_rules().sla.ladder]


def test_a_hall_without_rules_has_no_work_for_it(tmp_path: Path) -> None:
    hall = memory_hall()
    hall.store.hall = replace(hall.store.hall, history=type(hall.store.hall.history)())
    assert hall.clerk().beat(MONDAY_9) == 0


def store_clerk(open_hall: TestHall) -> Clerk:
    store = open_hall.store
    return Clerk(open_hall.commander, lambda row, most: cases_after(store.reader(), row, most))


def test_on_disk_a_restart_repeats_nothing_and_goes_on(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY_9)
    with hall(tmp_path, clock) as first:
        case = first.dispatched("SZ")
        hazard = urgent(first)
        first.register()
        clock.advance(HOUR_MS)
        clerk = store_clerk(first)
        while not clerk.idle(clock.now()):
            clerk.beat(clock.now())
        before = first.store.head().gseq
        assert len(first.case(hazard.id).breaches) > 0
    with hall(tmp_path, clock) as again:
        clerk = store_clerk(again)
        while not clerk.idle(clock.now()):
            assert clerk.beat(clock.now()) == 0
        assert again.store.head().gseq == before
        clock.advance(DAY_MS)
        while not clerk.idle(clock.now()):
            clerk.beat(clock.now())
        after = again.case(case.id)
        assert after.orders[0].signed_by_time
        assert len(set(after.breaches)) == len(after.breaches) > 0
        assert after.overlays == ("urged",)
        # Whoever looks at the case sees the clerk's entries as the system's own.
        by = {n.entry.actor for n in again.store.history(incident_subject(case.id))}
        assert by >= {"system", actor("dispatcher").operator}


def test_a_case_that_moves_on_and_on_is_read_once_and_what_falls_due_is_not_late(tmp_path: Path) -> None:
    clock = ManualClock(MONDAY_9)
    with hall(tmp_path, clock) as test:
        reading = Reading(test.store, test.projector)
        asked: list[list[str]] = []

        def shown(incidents: Collection[str]) -> Mapping[str, Incident]:
            asked.append(list(incidents))
            return reading.cases(incidents)

        clerk = Clerk(test.commander, reading.cases_after, shown)
        while not clerk.idle(clock.now()):
            clerk.beat(clock.now())
        case = test.dispatched("SZ")
        for _ in range(3):
            clerk.beat(clock.now(), gather=True)
            case = test.do(case, "urge", actor("shift_lead"), text="请尽快")
        assert (asked, clerk.behind(clock.now())) == ([], False)
        assert not clerk.idle(clock.now())
        clerk.beat(clock.now())
        assert asked == [[case.id]]
        planned = clerk.next_at()
        assert planned is not None
        # Though others move, what has fallen due is done by a beat that only gathers, too.
        clock.set(planned)
        test.register()
        assert clerk.beat(clock.now(), gather=True) > 0


def test_looks_that_were_put_off_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clerk_module, "STALE_LEFT", 10)
    hall = memory_hall()
    case = dispatched(hall)
    clerk = hall.clerk()
    for _ in range(40):
        hall.do(case, "urge", actor("shift_lead"), text="请尽快")
        hall.time.advance(1)
        drive(hall, clerk)
    assert len(clerk._heap) <= 10 + clerk_module.STALE_SHARE
    assert clerk.next_at() is not None
