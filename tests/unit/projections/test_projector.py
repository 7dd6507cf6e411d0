"""The read models as one fold: the same whatever the groups, undone when the writing was, moved by new
rules."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.base.clock import DAY_MS
from app.commands.command import NewReport
from app.commands.founding import adopt_rules
from app.domain.area import Area, AreasAdopted
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.log.entries import Numbered
from app.log.port import Written
from app.projections.board_row import COLUMNS, NEVER, WORD_COLUMNS, unpack
from app.projections.cases import find_code, read_case
from app.projections.search import find
from tests.helpers.counting import counted
from tests.helpers.folds import fold, scratch
from tests.helpers.halls import AREAS, TestHall, actor, hall, shipped_rules
from tests.helpers.scripts import SCRIPTS, Played

SZ = actor("handler", "SZ")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Numbered], str, Path]:
    """The entries of all scripted lives, the digest of the hall that lived them, and room for scratch."""
    folder = tmp_path_factory.mktemp("lived")
    with hall(folder / "hall") as world:
        played = Played(world)
        for script in SCRIPTS:
            script(played)
        entries = world.store.read_after(0, 10_000)
        digest = world.projector.digest(world.store.reader())
    return entries, digest, folder


def rows(world: TestHall) -> list[tuple[int, ...]]:
    found = world.store.reader().exec_driver_sql("SELECT packed FROM board ORDER BY row")
    return [unpack(packed) for packed in found.scalars()]


def test_one_by_one_and_all_at_once_are_the_same(lived: tuple[list[Numbered], str, Path]) -> None:
    entries, digest, folder = lived
    assert len(entries) > 100
    for sizes in ((), (len(entries),)):
        with scratch(folder) as (projector, connection):
            assert fold(projector, connection, entries, sizes) == digest


@settings(max_examples=12)
@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_in_whatever_groups_the_fold_is_the_same(
    lived: tuple[list[Numbered], str, Path], sizes: list[int]
) -> None:
    entries, digest, folder = lived
    with scratch(folder) as (projector, connection):
        assert fold(projector, connection, entries, sizes) == digest


def test_taken_up_again_the_next_day_it_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    for scripts in (SCRIPTS[:3], SCRIPTS[3:]):
        with hall(tmp_path / "hall") as world:
            for script in scripts:
                script(Played(world))
            entries = world.store.read_after(0, 10_000)
            digest = world.projector.digest(world.store.reader())
    with scratch(tmp_path) as (projector, connection):
        assert fold(projector, connection, entries, (9,)) == digest


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE case_state SET what = what || '。' WHERE row = 0",
        "UPDATE board SET packed = zeroblob(length(packed)) WHERE row = 1",
        "DELETE FROM hall_entry",
        "DELETE FROM board WHERE row = 1",
        "UPDATE case_state SET contested = 1 WHERE row = 2",
        "INSERT INTO overlaid(incident) VALUES('x')",
        "INSERT INTO quarantine VALUES(1, 'k', 'v', '', 'o', 'a', 1)",
        "UPDATE state_sum SET total = zeroblob(32)",
    ],
)
def test_the_digest_sees_every_table(lived: tuple[list[Numbered], str, Path], change: str) -> None:
    entries, digest, folder = lived
    with scratch(folder) as (projector, connection):
        assert fold(projector, connection, entries, (50,)) == digest
        connection.exec_driver_sql(change)
        assert projector.digest(connection) != digest


def test_the_same_groups_give_the_same_words(lived: tuple[list[Numbered], str, Path]) -> None:
    entries, _, folder = lived
    spelled = []
    for sizes in ((7,), (7,), (31,)):
        with scratch(folder) as (projector, connection):
            fold(projector, connection, entries, sizes)
            spelled.append([projector.words.text(word) for word in range(len(projector.words))])
    assert spelled[0] == spelled[1]
    assert len(set(spelled[2])) == len(spelled[2])


def test_columns_are_the_table_after_catching_up_and_after_loading(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        for script in SCRIPTS[:3]:
            script(Played(world))
        world.projector.columns.catch_up()
        columns = world.projector.columns
        table = rows(world)
        assert len(columns) == len(table) >= 3
        for place, name in enumerate(COLUMNS):
            assert columns.column(name).tolist() == [row[place] for row in table]
        columns.load(world.store.reader())
        for place, name in enumerate(COLUMNS):
            assert columns.column(name).tolist() == [row[place] for row in table]
        assert columns.catch_up() == []


def test_columns_grow_with_the_table(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        first = world.register()
        columns = world.projector.columns
        columns.catch_up()
        columns._arrays = {name: array[:1].copy() for name, array in columns._arrays.items()}
        for _ in range(3):
            world.register()
        assert columns.catch_up() == [1, 2, 3]
        assert columns.column("row").tolist() == [0, 1, 2, 3]
        columns._arrays = {name: array[:2].copy() for name, array in columns._arrays.items()}
        columns.load(world.store.reader())
        assert columns.column("row").tolist() == [0, 1, 2, 3]
        assert columns.column("received_at").tolist()[0] == first.received_at


def test_a_row_says_what_the_case_says(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.dispatched("SZ", category="0501")
        words = world.projector.words
        row = dict(zip(COLUMNS, rows(world)[0], strict=True))
        spelled = {name: words.text(row[name]) for name in WORD_COLUMNS}
        assert spelled == {
            "home": "",
            "state": "dispatched",
            "result": "",
            "sla_class": "U0",
            "category": "0501",
            "area": "990101001001",
            "street": "990101001",
            "channel": "phone",
            "owner": "SZ",
            "lead": "SZ",
            "clock": "sign",
            "parties": "|SZ|",
        }
        assert (row["urgency"], row["paused"], row["late"], row["closed_at"]) == (2, 0, -1, NEVER)
        assert row["received_at"] == case.received_at
        code = case.orders[0].code
        assert find_code(world.store.reader(), code) == find_code(world.store.reader(), case.code) == case.id
        assert find_code(world.store.reader(), "990101-20260309-P-A1999-0") is None
        assert read_case(world.store.reader(), "nobody") is None


def test_what_was_rolled_back_never_happened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.dispatched("SZ")
        other = world.register()
        world.projector.columns.catch_up()
        digest, head = world.projector.digest(world.store.reader()), world.store.head()
        words, before = len(world.projector.words), world.projector.hall
        real, failed = world.projector._settle, []

        def fails_once(*args: object) -> None:
            real(*args)  # type: ignore[arg-type]
            if not failed:
                failed.append(True)
                raise ArithmeticError("a bug in a fold")

        monkeypatch.setattr(world.projector, "_settle", fails_once)
        with pytest.raises(ArithmeticError):
            world.try_(case, "redispatch", actor("dispatcher"), **world.fill("redispatch", case))
        assert world.store.head() == head
        assert world.projector.digest(world.store.reader()) == digest
        assert world.projector.columns.catch_up() == []
        assert world.projector.hall is before
        assert world.case(case.id) == case == read_case(world.store.reader(), case.id)
        case = world.do(case, "sign", SZ)
        assert world.case(case.id) == read_case(world.store.reader(), case.id)
        assert len(world.projector.words) >= words
        assert world.projector.columns.catch_up() == [0]
        assert world.case(other.id) == read_case(world.store.reader(), other.id)


def test_rules_with_another_calendar_move_due_times_and_leave_facts(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.do(world.dispatched("SZ"), "sign", SZ)
        closed = world.register(category="1901")
        closed = world.do(
            closed, "answered_at_once", actor("intake"), **world.fill("answered_at_once", closed)
        )
        before, due = rows(world), COLUMNS.index("due_at")
        rules = shipped_rules()
        year = next(y for y in rules.calendars.years if y.year == 2026)
        off = replace(year, holidays=(*year.holidays, "2026-03-10..2026-03-11"))
        years = tuple(off if y.year == 2026 else y for y in rules.calendars.years)
        assert adopt_rules(
            world.commander.desk, replace(rules, calendars=replace(rules.calendars, years=years))
        )
        after = rows(world)
        assert after[0][due] >= before[0][due] + DAY_MS
        assert [r[:due] + r[due + 1 :] for r in after[1:]] == [r[:due] + r[due + 1 :] for r in before[1:]]
        assert world.case(case.id) == case == read_case(world.store.reader(), case.id)
        assert world.case(closed.id) == closed
        entries = world.store.read_after(0, 1_000)
        digest = world.projector.digest(world.store.reader())
        with scratch(tmp_path) as (projector, connection):
            assert fold(projector, connection, entries, (len(entries),)) == digest
        assert not adopt_rules(world.commander.desk, world.projector.hall.book.rules)  # type: ignore[union-attr]


def test_new_areas_move_streets_and_are_found_by_name(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        world.register(area="990101001001")
        reader = world.store.reader()
        assert find(reader, "云锦") == [0]
        assert find(reader, "锦绣") == []
        renamed = [
            replace(area, label=Label("锦绣社区", "Jinxiu")) if area.code == "990101001001" else area
            for area in (*AREAS, Area("990101003", "street", Label("新设街道", "New Street"), "990101"))
        ]
        draft = world.commander.desk.draft(
            AreasAdopted("2", tuple(renamed)), ("hall",), actor("admin"), world.clock.now()
        )
        assert isinstance(world.store.append([draft]).result(10), Written)
        assert find(reader, "锦绣") == [0]
        assert find(reader, "云锦") == []
        assert world.projector.hall.areas.get("990101003") is not None


def test_the_search_index_follows_the_place(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.register(address="滨河路", what="噪声")
        reader = world.store.reader()
        assert find(reader, "滨河路") == [0]
        world.do(
            case,
            "accept",
            actor("intake"),
            category="0602",
            place_confirmed=True,
            address="江畔道七号",
            area="990101002",
        )
        assert (find(reader, "江畔道"), find(reader, "滨河路"), find(reader, "噪声")) == ([0], [], [0])


def test_entries_from_tomorrow_are_passed_over(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.register()
        digest = world.projector.digest(world.store.reader())
        assert isinstance(
            world.store.append([counted(subjects=(f"incident:{case.id}",))]).result(10), Written
        )
        assert world.projector.digest(world.store.reader()) == digest
        assert not isinstance(
            world.commander.register(NewReport(channel="phone", what="又一件"), actor("intake")), Refusal
        )


def test_a_case_is_stored_as_it_is(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        case = world.register()
        stored = read_case(world.store.reader(), case.id)
        assert stored == case
        assert msgspec.msgpack.encode(stored) == msgspec.msgpack.encode(case)
