"""What waits for its number lies on top of what has one: always the fold of both, gone without trace."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.log.entries import Numbered
from app.projections.cases import read_case
from tests.helpers.chance import form, move, report, second, who
from tests.helpers.cut_off import CutOff, entries_of, founding
from tests.helpers.folds import fold, lay, scratch
from tests.helpers.lives import Life

STEPS = 35


def lived(rng: random.Random) -> list[Numbered]:
    """A random life of some cases; what is refused leaves no entry."""
    life = Life()
    for _ in range(rng.randint(2, 4)):
        life.handling(**report(rng.randrange(1_000))) if rng.random() < 0.5 else life.register()
    for _ in range(STEPS):
        life.advance(rng.randrange(600_000))
        case = rng.choice(list(life.cases.values()))
        if case.pending and rng.random() < 0.5:
            asked = rng.choice(case.pending)
            agrees = second(case, asked, life.book, rng.randrange(1_000))
            life.try_(case, asked.action, agrees, confirms=asked.eid)
            continue
        transition, order = move(case, life.book, rng.randrange(1_000))
        others = {key: value for key, value in life.cases.items() if key != case.id}
        values = form(case, transition, life.book, others, life.now, rng.randrange(1_000))
        by = who(case, transition, order, rng.randrange(1_000))
        life.try_(case, transition.action, by, **values, order=order)
    return entries_of(life)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("room")


def check(desk: CutOff, room: Path) -> None:
    """What is visible is the fold of all, and what is compared with the hub the fold of the numbered."""
    for incident in desk.incidents():
        assert read_case(desk.connection, incident) == desk.folded(incident)
    with scratch(room) as (fresh, connection):
        fold(fresh, connection, desk.confirmed, (len(desk.confirmed),))
        assert desk.projector.state_digest(desk.connection) == fresh.state_digest(connection)
        assert desk.projector.digest(desk.connection) == lay(fresh, connection, desk.waiting)


@settings(max_examples=10)
@given(seed=st.integers(0, 1 << 32))
def test_visible_is_the_fold_of_all_whatever_waits_and_however_it_comes(room: Path, seed: int) -> None:
    rng = random.Random(seed)
    plan = lived(rng)
    behind = [n.entry.eid for n in plan[len(founding()) :]]
    own = frozenset(eid for eid in behind if rng.random() < 0.4)
    refused = frozenset(eid for eid in own if rng.random() < 0.1)
    with scratch(room) as (projector, connection):
        desk = CutOff(projector, connection, plan, own, refused)
        desk.take(len(founding()))
        while not desk.done:
            for _ in range(4):
                (desk.hold if rng.random() < 0.5 else desk.take)(rng.randint(1, 9))
            check(desk, room)
        assert not desk.waiting
        assert connection.exec_driver_sql("SELECT count(*) FROM overlaid").scalar_one() == 0
        with scratch(room) as (fresh, other):
            assert projector.digest(connection) == fold(fresh, other, desk.confirmed)
            assert projector.state_digest(connection) == fresh.state_digest(other)


@settings(max_examples=10)
@given(seed=st.integers(0, 1 << 32))
def test_a_digest_told_in_passing_is_that_of_a_fold_which_ended_there(room: Path, seed: int) -> None:
    rng = random.Random(seed)
    plan = lived(rng)
    behind = [n.entry.eid for n in plan[len(founding()) :]]
    own = frozenset(eid for eid in behind if rng.random() < 0.4)
    refused = frozenset(eid for eid in own if rng.random() < 0.1)
    with scratch(room) as (projector, connection):
        desk = CutOff(projector, connection, plan, own, refused)
        while not desk.done:
            # From within the founding on: what counts of the hall counts from its own number.
            first = len(desk.confirmed) + 1
            desk.take(rng.randint(2, 12), mark=first + rng.randrange(4))
            check(desk, room)
        assert desk.told
        folded = 0
        with scratch(room) as (fresh, other):
            for mark, digest in desk.told.items():
                fold(fresh, other, desk.confirmed[folded:mark], (1_000,))
                assert fresh.state_digest(other) == digest
                folded = mark
