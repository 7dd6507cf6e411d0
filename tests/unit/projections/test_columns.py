"""Columns in memory: several readers each with their own, and none that costs memory by not coming."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.log.entries import Numbered
from app.projections import board_table, columns
from app.projections.board_row import COLUMNS, pack, vanished_row
from app.projections.columns import Columns
from app.projections.reading import Reading
from tests.helpers.folds import fold, scratch
from tests.helpers.halls import hall


def held(found: Columns) -> list[list[int]]:
    return [found.column(name).tolist() for name in COLUMNS]


def test_further_columns_hear_of_every_commit_and_hold_the_same(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        world.register()
        projector, reader = world.projector, world.store.reader
        further = Reading(world.store, projector, projector.attach())
        assert len(further.columns) == 0
        assert further.columns.catch_up() == [0]
        world.register()
        assert further.columns.catch_up() == projector.columns.catch_up()[-1:] == [1]
        assert held(further.columns) == held(projector.columns)
        assert further.texts([0, 1]) == Reading(world.store, projector).texts([0, 1])
        assert further.columns is not projector.columns
        late = projector.attach()
        late.load(reader())
        assert held(late) == held(projector.columns)
        assert late.catch_up() == []


def test_one_that_never_comes_keeps_little_and_reads_the_table_when_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "NEWS_MAX", 3)
    with hall(tmp_path / "hall") as world:
        lagging = Reading(world.store, world.projector, world.projector.attach())
        assert lagging.columns.catch_up() == []
        for count in range(1, 6):
            world.register()
            assert len(lagging.columns._news) == (count if count <= 3 else 0)
        assert lagging.columns.catch_up() == [0, 1, 2, 3, 4]
        world.register()
        assert lagging.columns.catch_up() == [5]
        world.projector.columns.load(world.store.reader())
        assert held(lagging.columns) == held(world.projector.columns)


def test_rules_that_move_more_rows_than_are_kept_have_everybody_read_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall(tmp_path / "hall") as world:
        for _ in range(3):
            world.register()
        entries = world.store.read_after(0, 100)
    monkeypatch.setattr(board_table, "NEWS_MAX", 2)
    with scratch(tmp_path) as (projector, connection):
        projector.columns.read_from(lambda: connection)
        fold(projector, connection, entries[:-1])
        assert projector.columns.catch_up() == [0, 1]
        areas = next(n for n in entries if n.entry.kind == "areas_adopted")
        fold(projector, connection, [entries[-1], areas_again(areas, entries[-1].gseq + 1)], (2,))
        assert projector.columns._behind
        assert projector.columns.catch_up() == [0, 1, 2]


def areas_again(numbered: Numbered, gseq: int) -> Numbered:
    return replace(numbered, gseq=gseq)


def test_a_fold_made_anew_has_columns_read_anew_and_words_keep_their_ids(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        world.dispatched("SZ")
        entries = world.store.read_after(0, 100)
    with scratch(tmp_path) as (projector, connection):
        projector.columns.read_from(lambda: connection)
        fold(projector, connection, entries, (50,))
        assert projector.columns.catch_up() == [0]
        state, words = int(projector.columns.column("state")[0]), len(projector.words)
        hall_before = projector.hall
        projector.reset(connection)
        # Until the first commit behind it readers go on with what they have.
        assert projector.hall is hall_before
        assert projector.words.text(state) == "dispatched"
        fold(projector, connection, entries, (50,))
        assert projector.columns.catch_up() == [0]
        assert int(projector.columns.column("state")[0]) == state
        assert len(projector.words) == words
        stored = connection.exec_driver_sql("SELECT count(*) FROM word").scalar_one()
        assert stored == words - 1


def test_of_a_row_that_came_twice_the_last_one_stays() -> None:
    found = Columns()
    first = vanished_row(0)
    rows = [pack(first), pack(vanished_row(1))]
    second = {name: getattr(first, name) for name in COLUMNS} | {"reports": 7}
    found.take([*rows, pack(type(first)(**second))])
    assert found.catch_up() == [0, 1, 0]
    assert found.column("reports").tolist() == [7, 0]


def test_without_a_place_to_read_falling_behind_is_told() -> None:
    with pytest.raises(LookupError):
        Columns(behind=True).catch_up()


def test_a_reading_that_broke_off_is_begun_again(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as world:
        world.register()
        found = world.projector.attach()
        found.read_from(lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        with pytest.raises(ZeroDivisionError):
            found.catch_up()
        found.read_from(world.store.reader)
        assert found.catch_up() == [0]
