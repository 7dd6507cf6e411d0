"""Taking a transition on a real hall: one entry and its consequences, once for ever, never on stale
knowledge."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.base.clock import DAY_MS, HOUR_MS
from app.commands import submitting
from app.commands.command import AlreadyDone, Command, Done, Outcome
from app.commands.commander import Commander
from app.commands.desk import Desk
from app.domain.actor import SYSTEM
from app.domain.kinds import incident_subject
from app.domain.refusal import Refusal
from app.log.entries import Draft
from app.log.port import Appended, Written
from app.log.store import Store
from app.projections.cases import read_case
from tests.helpers.counting import counted
from tests.helpers.halls import TestHall, actor, hall
from tests.helpers.scripts import SCRIPTS, Played

SZ = actor("handler", "SZ")
DISPATCHER = actor("dispatcher")
INTAKE = actor("intake")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as opened:
        yield opened


def code_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.params["guard"] if outcome.code == "guard" else outcome.code


class Busy:
    """A replica on which somebody else is quicker: `meanwhile` runs before each of the next appends."""

    def __init__(self, store: Store, meanwhile: Callable[[], object], times: int = 1) -> None:
        self._store = store
        self._meanwhile = meanwhile
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        if self._times:
            self._times -= 1
            self._meanwhile()
        return self._store.append(drafts, expect_base=expect_base)


def busy_commander(world: TestHall, meanwhile: Callable[[], object], times: int = 1) -> Commander:
    log = Busy(world.store, meanwhile, times)
    return Commander(Desk(log, lambda: world.projector.hall, world.clock, letters="A1"))  # type: ignore[arg-type]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.__name__)
def test_a_life_on_disk_is_the_same_from_the_log_and_from_the_projection(
    world: TestHall, script: Callable[[Played], None]
) -> None:
    played = Played(world)
    script(played)
    for incident in played.incidents:
        assert world.commander.incident(incident) == read_case(world.store.reader(), incident)
    assert len(played.incidents) >= 1


def test_one_command_is_one_entry_and_its_consequences(world: TestHall) -> None:
    head = world.store.head().gseq
    urgent = world.register(category="0501")
    assert world.store.head().gseq == head + 1
    outcome = world.try_(urgent, "accept", INTAKE, category="0501", place_confirmed=True)
    assert isinstance(outcome, Done)
    first, then = outcome.entries
    assert [e.entry.cmd for e in outcome.entries] == ["accept", "file"]
    assert (then.entry.cause, then.entry.actor, first.entry.cause) == (first.entry.eid, "system", None)
    assert world.store.head().gseq == head + 3
    case = world.dispatched("SZ", ("GD", "JD", "HB"))
    assert len(world.store.history(incident_subject(case.id))) == 4


def test_a_confirmed_command_names_what_it_agrees_to(world: TestHall) -> None:
    case = world.register()
    asked = world.do(case, "reject", INTAKE, **world.fill("reject", case))
    outcome = world.try_(asked, "reject", DISPATCHER, confirms=asked.pending[0].eid)
    assert isinstance(outcome, Done)
    assert [e.entry.cause for e in outcome.entries] == [asked.pending[0].eid]


def test_refusals_write_nothing(world: TestHall) -> None:
    case = world.dispatched("SZ")
    before, head = world.case(case.id), world.store.head()
    rows = world.store.reader().exec_driver_sql("SELECT count(*) FROM vault").scalar()
    text = "联系人13812345678"
    for action, by, form, code in (
        ("fly", SZ, {}, "unknown_action"),
        ("register", INTAKE, {}, "field_missing"),
        ("sign", DISPATCHER, {}, "role_may_not"),
        ("sign", actor("handler", "HB"), {}, "other_units_order"),
        ("check_pass", DISPATCHER, {"check_method": "photo"}, "wrong_state"),
        ("sign", SZ, {"order": "nothing"}, "no_order"),
        ("sign", SZ, {"note": text}, "unknown_field"),
        ("recall", DISPATCHER, {"reason": text, "units_told": False}, "not_confirmed"),
        ("recall", DISPATCHER, {"reason": 7, "units_told": True}, "field_type"),
        ("reclassify", DISPATCHER, {"category": "06", "sla_class": "W3", "reason": text}, "field_category"),
        ("add_co", DISPATCHER, {"co_departments": ["XX"], "reason": text}, "field_department"),
    ):
        if action == "register":
            code = "wrong_state"
        assert code_of(world.try_(case, action, by, **form)) == code, action
    assert code_of(world.try_("nobody", "sign", SZ)) == "no_incident"
    late = world.commander.submit(Command(action="sign", incident=case.id, occurred_at=7), SZ)
    assert code_of(late) == "field_time"
    assert world.store.head() == head
    assert world.case(case.id) == before
    assert world.store.reader().exec_driver_sql("SELECT count(*) FROM vault").scalar() == rows


def test_the_same_command_id_writes_once_for_ever(world: TestHall) -> None:
    case, other = world.dispatched("SZ"), world.dispatched("SZ")
    first = world.try_(case, "sign", SZ, id="c1")
    assert isinstance(first, Done)
    again = world.try_(case, "sign", SZ, id="c1")
    assert again == AlreadyDone(case.id, first.entries[0].gseq)
    assert world.try_(other, "sign", SZ, id="c1") == AlreadyDone(case.id, first.entries[0].gseq)
    assert world.case(other.id).state == "dispatched"


def test_a_repeat_that_comes_while_the_first_is_being_written(world: TestHall) -> None:
    case = world.dispatched("SZ")
    command = Command(action="sign", incident=case.id, id="c2")
    outcomes: list[Outcome] = []
    commander = busy_commander(world, lambda: outcomes.append(world.commander.submit(command, SZ)))
    second = commander.submit(command, SZ)
    assert isinstance(outcomes[0], Done)
    assert second == AlreadyDone(case.id, outcomes[0].entries[0].gseq)


def test_nobody_decides_on_what_has_moved_on(world: TestHall) -> None:
    case = world.dispatched("SZ")
    commander = busy_commander(
        world, lambda: world.do(case, "recall", DISPATCHER, reason="x", units_told=True)
    )
    assert code_of(commander.submit(Command(action="sign", incident=case.id), SZ)) == "no_order"
    assert world.case(case.id).state == "filed"


def test_what_still_holds_after_a_move_is_done_on_the_second_try(world: TestHall) -> None:
    case = world.dispatched("SZ")
    commander = busy_commander(world, lambda: world.do(case, "urge", SYSTEM))
    outcome = commander.submit(Command(action="sign", incident=case.id), SZ)
    assert isinstance(outcome, Done)
    assert outcome.entries[0].entry.base == {incident_subject(case.id): outcome.entries[0].gseq - 1}
    assert world.case(case.id).overlays == ("urged",)


def test_a_case_that_is_fought_over_is_left_to_the_person(world: TestHall) -> None:
    case = world.dispatched("SZ")
    commander = busy_commander(world, lambda: world.do(case, "urge", SYSTEM), submitting.STALE_RETRIES)
    assert code_of(commander.submit(Command(action="sign", incident=case.id), SZ)) == "moved_on"
    assert world.case(case.id).state == "dispatched"


def test_a_master_that_moves_on_is_looked_at_again(world: TestHall) -> None:
    case, master = world.register(), world.register()

    def meanwhile() -> object:
        return world.do(master, "withdraw", INTAKE, how_reporter_said_so="电话")

    commander = busy_commander(world, meanwhile)
    command = Command(action="merge", incident=case.id, form={"master_id": master.id})
    assert code_of(commander.submit(command, INTAKE)) == "master_open"


def test_entries_of_kinds_from_tomorrow_do_not_block_a_case(world: TestHall) -> None:
    case = world.dispatched("SZ")
    unknown = counted(subjects=(incident_subject(case.id),))
    # The projection of today's program passes over it, and so does the fold for a decision.
    assert isinstance(world.store.append([unknown]).result(10), Written)
    assert world.do(case, "sign", SZ).state == "handling"


def test_many_desks_at_once_sign_once(world: TestHall) -> None:
    case = world.dispatched("SZ")
    outcomes: list[Outcome] = []

    def sign() -> None:
        outcomes.append(world.try_(case, "sign", SZ))

    threads = [threading.Thread(target=sign) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(o, Done) for o in outcomes) == 1
    assert {code_of(o) for o in outcomes if not isinstance(o, Done)} <= {"wrong_state", "moved_on"}


def test_where_the_desk_has_two_the_dispatcher_does_not_check(world: TestHall) -> None:
    case = world.do(world.dispatched("SZ"), "sign", SZ)
    case = world.do(case, "feedback", SZ, **world.fill("feedback", case))
    form = world.fill("check_pass", case)
    stranger = actor("dispatcher", operator="op-2")
    assert world.case(case.id).dispatched_by == "op-dispatcher-ZZZX"
    world.projector.hall = msgspec.structs.replace(
        world.projector.hall,
        operators={**world.projector.hall.operators, "op-2": _granted(world, "dispatcher")},
    )
    assert code_of(world.try_(case, "check_pass", DISPATCHER, **form)) == "other_unit"
    assert isinstance(world.try_(case, "check_pass", stranger, **form), Done)


def _granted(world: TestHall, role: str) -> Any:
    return next(g for g in world.projector.hall.operators.values() if role in g.roles)


def test_what_a_person_types_is_masked_and_its_original_sealed(world: TestHall) -> None:
    case = world.dispatched("SZ")
    said = "张女士13812345678说3单元502室漏水"
    outcome = world.try_(case, "first_contact", SZ, means="phone", what_was_said=said)
    assert isinstance(outcome, Done)
    raw = outcome.entries[0].raw.decode()
    assert "13812345678" not in raw
    form = msgspec.json.decode(outcome.entries[0].entry.body)["form"]
    assert form["what_was_said"]["mask"] == "***"
    assert world.store.vault.read(form["what_was_said"]["ref"]) == said
    reason = world.try_(case, "urge", SYSTEM, text="请联系13812345678")
    assert isinstance(reason, Done)
    sealed = msgspec.json.decode(reason.entries[0].entry.body)["form"]["text"]
    assert sealed["mask"] == "请联系138****5678"
    assert world.store.vault.read(sealed["ref"]) == "请联系13812345678"


def test_nobody_hands_in_something_that_looks_sealed(world: TestHall) -> None:
    case = world.dispatched("SZ")
    forged = {"mask": "13812345678", "ref": "r", "hash": "h"}
    assert code_of(world.try_(case, "urge", SYSTEM, text=forged)) == "field_type"


def test_what_was_asked_with_sealed_text_is_agreed_to_with_the_same(world: TestHall) -> None:
    case = world.do(world.dispatched("SZ"), "sign", SZ)
    until = world.clock.now() + HOUR_MS
    form = {"question_to_reporter": "请问13812345678是否本人", "how_asked": "phone", "until": until}
    asked = world.do(case, "wait_for_party", SZ, **form)
    rows = world.store.reader().exec_driver_sql("SELECT count(*) FROM vault").scalar()
    case = world.do(asked, "wait_for_party", DISPATCHER, confirms=asked.pending[0].eid, text="13900000000")
    assert case.state == "waiting"
    bodies = [msgspec.json.decode(n.entry.body) for n in world.store.history(incident_subject(case.id))[-2:]]
    assert bodies[0]["form"] == bodies[1]["form"]
    assert world.store.reader().exec_driver_sql("SELECT count(*) FROM vault").scalar() == rows


def test_why_a_second_person_does_not_agree_is_masked_too(world: TestHall) -> None:
    case = world.dispatched("SZ")
    asked = world.do(case, "return", SZ, **world.fill("return", case))
    head = actor("dept_lead", "SZ")
    outcome = world.try_(asked, "return", head, refuses=asked.pending[0].eid, reason="问过13812345678了")
    assert isinstance(outcome, Done)
    assert "13812345678" not in outcome.entries[0].raw.decode()
    assert "138****5678" in outcome.entries[0].raw.decode()


def test_the_time_a_source_claims_is_kept_apart_from_the_halls(world: TestHall) -> None:
    case = world.dispatched("SZ")
    claimed = world.clock.now() - DAY_MS
    outcome = world.commander.submit(Command(action="sign", incident=case.id, occurred_at=claimed), SZ)
    assert isinstance(outcome, Done)
    numbered = outcome.entries[0]
    assert (numbered.entry.occurred_at, numbered.at) == (claimed, world.clock.now())
    assert world.case(case.id).orders[0].signed_at == world.clock.now()
