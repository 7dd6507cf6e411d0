"""A replica opened again stands where it stood: what waits is there and shown, and numbers go on."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.log.entries import PENDING_FROM
from app.log.files.notes import read_note
from app.log.following.overlaying import OVERLAY_DUE
from app.log.projector import Projector
from app.log.proving import rebuild
from tests.helpers.counting import counted, write
from tests.helpers.replicas import Tally, hold, hub_in, join, pull, push, replica_in, settle, shown


def test_what_waits_is_shown_without_folding_again(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        with replica_in(tmp_path / "desk") as replica:
            write(hub, counted("a"))
            settle(hub, replica)
            held = hold(replica, counted("a"), counted("b"))
        again = Tally()
        with replica_in(tmp_path / "desk", again) as replica:
            assert (again.resets, again.folded) == (0, [])
            assert shown(replica) == {"a": (1, 1), "b": (0, 1)}
            assert [e.raw for e in replica.read_after(PENDING_FROM, 10)] == [e.raw for e in held]
            assert (replica.pending_count(), replica.sealed()) == (2, 2)
            assert hold(replica, counted("c"))[0].entry.prev_origin_hash != ""
            settle(hub, replica)
            assert [e.entry.oseq for e in hub.read_after(1, 10)] == [1, 2, 3]
            assert shown(replica) == shown(hub)


def test_it_goes_on_from_its_last_number_when_nothing_waits(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        with replica_in(tmp_path / "desk") as replica:
            hold(replica, counted("a"))
            settle(hub, replica)
        with replica_in(tmp_path / "desk") as replica:
            assert (replica.pending_count(), replica.sealed(), replica.head()) == (0, 1, hub.head())
            assert hold(replica, counted("b"))[0].gseq == PENDING_FROM + 2
            settle(hub, replica)
            assert replica.head().gseq == 2


def test_a_changed_fold_is_followed_by_what_waits(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        write(hub, counted("a"))
        settle(hub, replica)
        hold(replica, counted("a"), counted("b"))
    changed = Tally(version=2)
    with replica_in(tmp_path / "desk", changed) as replica:
        assert changed.resets == 1
        assert shown(replica) == {"a": (1, 1), "b": (0, 1)}
        assert read_note(replica.reader(), OVERLAY_DUE) is None
    with replica_in(tmp_path / "desk", Tally(version=2)) as replica:
        assert shown(replica) == {"a": (1, 1), "b": (0, 1)}


class Dying(Tally):
    """Raises when what waits is to be shown, or after some folds."""

    def __init__(self, folds: int) -> None:
        super().__init__(version=2)
        self._folds = folds

    def fold(self, connection: Connection, entries: object, pending: object = ()) -> None:
        if len(self.folded) >= self._folds:
            raise ArithmeticError
        super().fold(connection, entries, pending)  # type: ignore[arg-type]

    def overlay(self, connection: Connection, entries: object) -> None:
        raise ArithmeticError


@pytest.mark.parametrize("folds", [0, 1, 2, 9])
def test_a_refold_that_ends_early_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folds: int
) -> None:
    """Wherever it ended, at the next start everything is shown once."""
    monkeypatch.setattr(rebuild, "REFOLD_BATCH", 2)
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        write(hub, *[counted("a") for _ in range(5)])
        settle(hub, replica)
        hold(replica, counted("a"), counted("b"))
    dying: Projector = Dying(folds)
    with pytest.raises(ArithmeticError):
        replica_in(tmp_path / "desk", dying)
    for _ in range(2):
        with replica_in(tmp_path / "desk", Tally(version=2)) as replica:
            assert shown(replica) == {"a": (5, 1), "b": (0, 1)}


def test_a_refold_that_was_asked_for_shows_the_same(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        write(hub, counted("a"))
        settle(hub, replica)
        hold(replica, counted("a"))
        before = Tally().digest(replica.reader())
    with replica_in(tmp_path / "desk", refold=True) as replica:
        assert Tally().digest(replica.reader()) == before


def test_an_epoch_goes_on_after_a_restart(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub:
        with replica_in(tmp_path / "desk") as replica:
            join(hub, replica)
            hold(replica, counted("a"))
            push(replica, hub)
            pull(replica, hub)
        with replica_in(tmp_path / "desk") as replica:
            assert replica.about.stream == hub.about.stream
            assert replica.head() == hub.head()
