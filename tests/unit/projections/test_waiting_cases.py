"""One waiting entry at a time: what the board, the search and a case say of it until it is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from app.domain.area import AreasAdopted
from app.domain.incident import Incident
from app.log.entries import PENDING_FROM, Head, Numbered
from app.log.files.database import Access, transaction
from app.projections.projector import HallProjector
from app.projections.reading import GONE, Reading
from app.projections.selecting import Board, Filter
from tests.helpers.cut_off import CutOff, entries_of, founding
from tests.helpers.folds import fold, lay, scratch
from tests.helpers.halls import AREAS, MONDAY_9, shipped_rules
from tests.helpers.lives import CG, DISPATCHER, INTAKE, SZ, Life

FOUNDED = len(founding())


class Still:
    """A log that only its tables are asked of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reader(self) -> Connection:
        return self._connection

    def history(self, subject: str) -> list[Numbered]:
        return []

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return []

    def head(self) -> Head:
        return Head("", 0, 0, "")

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        return lambda: None


class Watched(CutOff):
    """A desk with somebody who looks at it."""

    def __init__(self, projector: HallProjector, connection: Connection, life: Life, *own: str) -> None:
        plan = entries_of(life)
        kinds = {n.entry.eid: n.entry.kind for n in plan}
        mine = frozenset(eid for eid in kinds if eid in own or kinds[eid] in own)
        super().__init__(projector, connection, plan, mine)
        self.reading = Reading(Still(connection), projector)
        self.board = Board(projector.columns, projector.words)

    def refuse(self, *eids: str) -> None:
        self._refused = frozenset(eids)

    def rows(self, queue: str, **more: str) -> list[int]:
        self.reading.columns.catch_up()
        book = self.reading.hall.book
        assert book is not None
        self.board.refresh(book)
        return sorted(int(row) for row in self.board.select(Filter(queue, **more), MONDAY_9 + 1))

    def case(self, incident: str) -> Incident:
        found = self.reading.case(incident)
        assert found is not None
        return found


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[tuple[HallProjector, Connection]]:
    with scratch(tmp_path) as found:
        yield found


def test_a_case_that_waits_is_seen_at_once_and_keeps_its_row(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    first, second = life.register(), life.register(what="井盖缺失")
    desk = Watched(*empty, life, life.facts[second.id][0].eid)
    desk.take(FOUNDED + 1)
    before = desk.projector.state_digest(desk.connection)
    desk.hold(1)
    assert desk.rows("all") == desk.rows("open") == [0, 1]
    assert (desk.rows("waiting"), desk.rows("contested")) == ([1], [])
    assert (desk.reading.waits(first.id), desk.reading.waits(second.id)) == (False, True)
    assert (desk.reading.waiting_count(), desk.reading.row_of(second.id)) == (1, 1)
    assert desk.reading.find("井盖") == [1]
    assert desk.case(second.id).seen == 0
    assert desk.projector.state_digest(desk.connection) == before
    desk.take(1)
    assert (desk.rows("waiting"), desk.rows("open"), desk.reading.row_of(second.id)) == ([], [0, 1], 1)
    assert not desk.reading.waits(second.id)
    assert desk.case(second.id).seen == FOUNDED + 2
    assert desk.projector.state_digest(desk.connection) != before


def test_a_case_that_came_back_quarantined_vanishes_and_its_row_stays_taken(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    gone, stays = life.register(what="井盖缺失"), life.register()
    eid = life.facts[gone.id][0].eid
    desk = Watched(*empty, life, "report_received")
    desk.take(FOUNDED)
    desk.hold(1)
    assert (desk.rows("all"), desk.reading.find("井盖")) == ([0], [0])
    desk.refuse(eid)
    desk.take(1)
    assert (
        desk.reading.case(gone.id) is desk.reading.row_of(gone.id) is desk.reading.by_code(gone.code) is None
    )
    assert desk.reading.find("井盖") == []
    assert [desk.rows(queue) for queue in ("all", "open", "waiting", "received_today", "reported")] == [
        []
    ] * 5
    assert desk.reading.texts([0]) == {0: GONE}
    desk.projector.rolled_back()
    desk.take(1)
    assert desk.rows("all") == desk.rows("open") == [1]
    assert desk.reading.row_of(stays.id) == 1
    found = desk.reading.quarantined(10)
    assert [(q.gseq, q.verdict, q.incident, q.origin) for q in found] == [
        (FOUNDED + 1, "not_permitted", gone.id, "own")
    ]
    assert desk.reading.quarantined_count() == 1


def test_what_is_quarantined_takes_what_was_built_on_it_along(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    case = life.register()
    case = life.do(case, "accept", INTAKE, category="0602")
    desk = Watched(*empty, life, "report_received", "case_moved")
    desk.take(FOUNDED)
    desk.hold(2)
    assert desk.case(case.id).state == "accepted"
    desk.refuse(life.facts[case.id][0].eid)
    desk.take(1)
    assert desk.reading.case(case.id) is None
    assert desk.reading.waiting_count() == 0
    desk.take(1)
    assert (desk.reading.case(case.id), desk.rows("all")) == (None, [])


def test_two_desks_that_disagree_are_seen_as_soon_as_the_other_is_heard_of(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    case = life.filed()
    before = life.cases[case.id]
    life.do(case, "dispatch", DISPATCHER, lead_department="SZ")
    theirs = life.facts[case.id][-1].eid
    life.cases[case.id] = before
    life.do(case, "dispatch", DISPATCHER, lead_department="CG")
    ours = life.facts[case.id][-1].eid
    desk = Watched(*empty, life, ours)
    desk.take(FOUNDED + 3)
    desk.hold(1)
    assert [order.unit for order in desk.case(case.id).orders] == ["CG"]
    desk.take(1)
    contested = desk.case(case.id).contested
    assert [(c.eid, c.against.eid) for c in contested] == [(ours, theirs)]
    assert [order.unit for order in desk.case(case.id).orders] == ["SZ"]
    assert desk.rows("waiting") == desk.rows("contested") == [0]
    desk.take(1)
    assert (desk.rows("waiting"), desk.rows("contested")) == ([], [0])
    assert [found.id for found in desk.reading.contested(5)] == [case.id]
    assert desk.reading.contested_count() == 1
    assert desk.reading.columns.column("contested").tolist() == [1]


def test_a_queue_of_waiting_entries_is_not_the_state_of_that_name(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    case = life.agreed(life.handling(), "wait_for_party", SZ, DISPATCHER, until=life.now + 3_600_000)
    assert case.state == "waiting"
    desk = Watched(*empty, life)
    desk.take(100)
    assert (desk.rows("waiting"), desk.rows("all", state="waiting")) == ([], [0])
    assert desk.rows("all", state="handling") == []


def test_rules_hold_for_the_hall_only_when_they_have_their_number(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    life.register()
    desk = Watched(*empty, life)
    desk.take(FOUNDED + 1)
    areas = next(n for n in founding() if n.entry.kind == "areas_adopted")
    moved = msgspec.json.encode(AreasAdopted("2", AREAS[:2]))
    fresh = replace(areas, gseq=PENDING_FROM + 1, entry=replace(areas.entry, body=msgspec.Raw(moved)))
    digest = lay(desk.projector, desk.connection, [fresh])
    assert len(desk.reading.hall.areas) == len(AREAS)
    assert digest == desk.projector.digest(desk.connection)
    fold(desk.projector, desk.connection, [replace(fresh, gseq=FOUNDED + 2, verdict="kind_reserved")])
    assert len(desk.reading.hall.areas) == len(AREAS)
    fold(desk.projector, desk.connection, [replace(fresh, gseq=FOUNDED + 3)])
    assert len(desk.reading.hall.areas) == 2


def test_new_rules_are_the_rules_of_all_that_waits(empty: tuple[HallProjector, Connection]) -> None:
    life = Life()
    case, other = life.handling(), life.handling("CG")
    life.do(case, "feedback", SZ)
    life.do(other, "feedback", CG)
    desk = Watched(*empty, life, *(facts[-1].eid for facts in life.facts.values()))
    desk.take(len(desk._plan) - 2)
    desk.hold(2)
    assert {desk.case(me).state for me in (case.id, other.id)} == {"check"}
    rules = shipped_rules()
    transitions = tuple(
        replace(t, to="handling") if t.action == "feedback" else t for t in rules.workflow.transitions
    )
    other_rules = replace(rules, workflow=replace(rules.workflow, transitions=transitions))
    adopted = next(n for n in founding() if n.entry.kind == "rules_adopted")
    body = msgspec.json.decode(adopted.entry.body) | {"rules": msgspec.to_builtins(other_rules)}
    entry = replace(adopted.entry, body=msgspec.Raw(msgspec.json.encode(body)))
    # Nothing about a case comes with it, so the log hands over nothing that waits.
    fold(desk.projector, desk.connection, [replace(adopted, gseq=len(desk.confirmed) + 1, entry=entry)])
    assert {desk.case(me).state for me in (case.id, other.id)} == {"handling"}
    assert desk.rows("waiting") == desk.rows("all", state="handling") == [0, 1]


def test_two_cases_may_show_one_code_until_one_of_them_is_refused(
    empty: tuple[HallProjector, Connection],
) -> None:
    life = Life()
    life.register()
    number = next(iter(life.facts.values()))[0]
    theirs = replace(number.body, incident="theirs", report="r-theirs")
    life.write(theirs, ["theirs"], "op-intake")
    desk = Watched(*empty, life, number.eid)
    plan = desk._plan
    plan[-2:] = [replace(plan[-1], gseq=plan[-2].gseq), replace(plan[-2], gseq=plan[-1].gseq)]
    desk.take(FOUNDED)
    desk.hold(1)
    assert desk.reading.by_code(theirs.code) == number.body.incident
    desk.take(1)
    assert desk.reading.by_code(theirs.code) == "theirs"
    desk.refuse(number.eid)
    desk.take(1)
    assert desk.rows("all") == [1]
    assert desk.reading.by_code(f"{theirs.code}-01") == "theirs"


def test_an_overlay_that_was_rolled_back_never_was(tmp_path: Path) -> None:
    life = Life()
    case = life.register()
    life.do(case, "accept", INTAKE, category="0602")
    life.register(what="井盖缺失")
    with scratch(tmp_path, Access.CREATE) as (projector, connection):
        desk = Watched(projector, connection, life, "case_moved", "report_received")
        desk.take(FOUNDED + 1)
        desk.rows("all")
        digest = projector.digest(connection)
        fresh = [replace(n, gseq=PENDING_FROM + n.gseq) for n in entries_of(life)[-2:]]
        with suppress(ArithmeticError), transaction(connection):
            projector.overlay(connection, fresh)
            assert projector.digest(connection) != digest
            raise ArithmeticError
        projector.rolled_back()
        assert projector.columns.catch_up() == []
        assert projector.digest(connection) == digest
        assert desk.case(case.id).state == "reported"
        desk.hold(2)
        assert projector.columns.catch_up() == [0, 1]
        assert desk.case(case.id).state == "accepted"
