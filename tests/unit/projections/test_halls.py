"""Cases of lower hubs stand beside a hub's own, each under the rules of its home, which alone moves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.commands.founding import adopt_rules
from app.domain.kinds import incident_subject
from app.domain.moves import CaseMoved
from app.log.entries import Numbered
from app.log.port import Written
from app.log.proving.verify import verify
from app.projections.cases import every_case, find_code, read_case
from app.projections.paging import cases_after
from app.projections.projector import HallProjector
from app.projections.reading import Reading
from app.projections.selecting import OWN, Board, Filter
from tests.helpers.folds import fold, scratch
from tests.helpers.halls import TestHall, actor, hall, shipped_rules
from tests.helpers.levels import pass_up, stream_of
from tests.helpers.scripts import SCRIPTS, Played


def states(world: TestHall, home: str) -> dict[str, object]:
    pages = every_case(world.store.reader(), home)
    return {known.incident.id: known.incident for page in pages for known in page}


def test_a_lower_hubs_cases_are_the_same_above_to_the_last_field(tmp_path: Path) -> None:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        own = upper.dispatched("SZ")
        played = Played(lower)
        for script in SCRIPTS:
            script(played)
            upper.register()
            pass_up(lower, upper)
        below = stream_of(lower)
        assert states(upper, below) == states(lower, "")
        assert own.id in states(upper, "")
        assert len(states(upper, "")) == 1 + len(SCRIPTS)
        # The same areas, operators and rules, in each hall's own keeping.
        assert upper.projector.halls.of(below).operators == lower.projector.hall.operators
        assert upper.projector.halls.of("nobody").founded is None
    assert verify(tmp_path / "upper", HallProjector).problems == ()
    with hall(tmp_path / "upper") as upper:
        assert upper.projector.halls.of(below).book is not None


def test_other_rules_below_move_the_cases_below_only(tmp_path: Path) -> None:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        theirs, mine = lower.register(), upper.register()
        pass_up(lower, upper)
        reading = Reading(upper.store, upper.projector)
        reading.columns.catch_up()
        before = due_times(reading)
        rules = shipped_rules()
        slower = replace(rules.sla, stages={**rules.sla.stages, "accept": "9 wd"})
        assert adopt_rules(lower.commander.desk, replace(rules, sla=slower))
        pass_up(lower, upper)
        reading.columns.catch_up()
        after = due_times(reading)
        at_home = Reading(lower.store, lower.projector)
        at_home.columns.catch_up()
        assert after[row(reading, theirs.id)] == due_times(at_home)[row(at_home, theirs.id)]
        assert after[row(reading, theirs.id)] > before[row(reading, theirs.id)]
        assert after[row(reading, mine.id)] == before[row(reading, mine.id)]


def due_times(reading: Reading) -> list[int]:
    found: list[int] = reading.columns.column("due_at").tolist()
    return found


def row(reading: Reading, incident: str) -> int:
    found = reading.row_of(incident)
    assert found is not None
    return found


def test_the_board_tells_homes_apart_and_a_shared_code_is_the_own_cases(tmp_path: Path) -> None:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        theirs = lower.register(what="下游水位上涨")
        pass_up(lower, upper)
        mine = upper.register()
        assert mine.code == theirs.code
        reader, below = upper.store.reader(), stream_of(lower)
        assert find_code(reader, mine.code) == mine.id
        reading = Reading(upper.store, upper.projector)
        assert (reading.home(theirs.id), reading.home(mine.id), reading.home("nothing")) == (below, "", "")
        assert list(reading.homes) == [below]
        reading.columns.catch_up()
        board = Board(reading.columns, reading.words)
        board.refresh(upper.commander.desk.book())
        rows = {
            home: board.select(Filter(home=home), upper.clock.now()).tolist()
            for home in ("", OWN, below, "nobody")
        }
        assert rows == {
            "": [0, 1],
            OWN: [row(reading, mine.id)],
            below: [row(reading, theirs.id)],
            "nobody": [],
        }
        # Found by its words like any other, and left alone by whatever works on the hall's own cases.
        assert reading.find("水位") == rows[below]
        assert [known.incident.id for known in cases_after(reader, -1, 10)] == [mine.id]


def test_nobody_moves_anothers_case(tmp_path: Path) -> None:
    with (
        hall(tmp_path / "a") as a,
        hall(tmp_path / "b") as b,
        hall(tmp_path / "upper") as upper,
    ):
        theirs, mine = a.register(), upper.register()
        pass_up(a, upper)
        for world in (b, upper):
            write_about(world, theirs.id)
        write_about(b, mine.id)
        pass_up(b, upper)
        assert read_case(upper.store.reader(), theirs.id) == a.case(theirs.id)
        assert read_case(upper.store.reader(), mine.id) == mine
        # They stand in the history all the same: who looks sees what was tried.
        assert len(upper.store.history(incident_subject(theirs.id))) == 3
        digest = upper.projector.digest(upper.store.reader())
        entries = upper.store.read_after(0, 1_000)
    for sizes in ((1,), (4,), (1_000,)):
        with scratch(tmp_path) as (projector, connection):
            assert fold(projector, connection, entries, sizes) == digest


def write_about(world: TestHall, incident: str) -> None:
    """An entry as no program of ours would write it."""
    desk = world.commander.desk
    moved = CaseMoved(incident, "mark_urgent", form={"reason": "x"})
    draft = desk.draft(moved, (incident_subject(incident),), actor("shift_lead"), world.clock.now())
    assert isinstance(world.store.append([draft]).result(), Written)


@pytest.fixture(scope="module")
def two_levels(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Numbered], str, Path]:
    """The log of an upper hall that lived beside two lower ones, and the digest of its fold."""
    folder = tmp_path_factory.mktemp("levels")
    with (
        hall(folder / "a") as a,
        hall(folder / "b") as b,
        hall(folder / "upper") as upper,
    ):
        for lower in (a, b, a):
            for script in SCRIPTS[:2]:
                script(Played(lower))
            script(Played(upper))
            rules = shipped_rules()
            slower = replace(rules.sla, stages={**rules.sla.stages, "accept": "9 wd"})
            adopt_rules(lower.commander.desk, replace(rules, sla=slower))
            lower.register()
            pass_up(lower, upper)
        return upper.store.read_after(0, 10_000), upper.projector.digest(upper.store.reader()), folder


@settings(max_examples=8)
@given(sizes=st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_in_whatever_groups_the_levels_fold_alike(
    two_levels: tuple[list[Numbered], str, Path], sizes: list[int]
) -> None:
    entries, digest, folder = two_levels
    with scratch(folder) as (projector, connection):
        assert fold(projector, connection, entries, sizes) == digest
