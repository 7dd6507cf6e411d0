"""Going back for a hub that lost its disk: own entries wait again, those of others are handed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.log.entries import PENDING_FROM, Head, read_entry
from app.log.following.taking import Mismatch
from app.log.numbering.sequencer import number
from app.log.port import DIGEST_EVERY
from app.log.vault import Sealer
from tests.helpers.counting import NOON, counted, write
from tests.helpers.replicas import (
    Tally,
    confided,
    hold,
    hub_in,
    join,
    pull,
    push,
    replica_in,
    settle,
    shown,
)


def test_own_entries_wait_again_and_foreign_ones_are_handed_out(tmp_path: Path) -> None:
    sealed, secret = Sealer().seal("c1", "phone", "13800001234", "138****1234")
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        with replica_in(tmp_path / "other") as other:
            hold(replica, counted("a"))
            settle(hub, replica)
            mine = hold(replica, counted("a", subjects=("idem:1",)), confided("b", sealed, secret))
            push(replica, hub)
            hold(other, counted("c", subjects=("idem:2",)))
            settle(hub, other, replica)
        write(hub, counted("d"))
        pull(replica, hub)
        waiting = hold(replica, counted("e"))
        assert replica.head().gseq == 5

        was = replica.cut(1).result(10)

        assert was.head == replica.head()
        assert was.head.gseq == 1
        assert was.head.hash == hub.read_after(0, 1)[0].hash
        assert [read_entry(p.raw).subjects[0] for p in was.foreign] == ["counter:c", "counter:d"]
        assert [e.raw for e in replica.read_after(PENDING_FROM - 1, 9)] == [e.raw for e in (*mine, *waiting)]
        assert (replica.pending_count(), replica.sealed()) == (3, 4)
        assert shown(replica) == {"a": (1, 1), "b": (0, 1), "e": (0, 1)}
        assert replica.by_unique("idem:1") == PENDING_FROM + 2
        assert replica.by_unique("idem:2") is None
        assert replica.history("counter:c") == []
        assert [p.secrets for p in replica.waiting(2, 1, 10_000)] == [(secret,)]


def test_the_set_back_hub_gets_everything_again(tmp_path: Path) -> None:
    """The hub numbers again what waits again: in another order, each once."""
    with replica_in(tmp_path / "desk") as replica, hub_in(tmp_path / "hub") as hub:
        hold(replica, counted("a"), counted("b"), counted("a"))
        settle(hub, replica)
        replica.cut(0).result(10)
        assert (replica.head().gseq, replica.pending_count()) == (0, 3)
        settle(hub, replica)
        assert (replica.head(), replica.pending_count()) == (hub.head(), 0)
        assert shown(replica) == shown(hub) == {"a": (2, 0), "b": (1, 0)}


def test_marks_above_the_cut_are_forgotten(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        for _ in range(2):
            write(hub, *[counted("a") for _ in range(DIGEST_EVERY)])
            settle(hub, replica)
        digest = replica.digest_at(DIGEST_EVERY)
        replica.cut(DIGEST_EVERY + 3).result(10)
        assert digest is not None
        assert replica.digest_at(DIGEST_EVERY) == digest == hub.digest_at(DIGEST_EVERY)
        assert replica.digest_at(2 * DIGEST_EVERY) is None


def test_a_cut_above_the_head_changes_nothing(tmp_path: Path) -> None:
    tally = Tally()
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk", tally) as replica:
        write(hub, counted("a"))
        settle(hub, replica)
        was = replica.cut(1).result(10)
        assert (was.head, was.foreign, tally.resets) == (hub.head(), (), 1)


class Failing(Tally):
    """Fails to fold as long as it is told to."""

    failing = False

    def fold(self, connection: object, entries: object, pending: object = ()) -> None:
        if self.failing:
            raise ArithmeticError("a bug in a fold")
        super().fold(connection, entries, pending)  # type: ignore[arg-type]


def test_nothing_is_folded_on_projections_that_are_half(tmp_path: Path) -> None:
    """The cut is done and its refold is not: every job tries again first, and is refused until it is done."""
    failing = Failing()
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk", failing) as replica:
        write(hub, counted("a"), counted("b"), counted("c"))
        settle(hub, replica)
        lines = hub.read_after(1, 1)
        failing.failing = True
        with pytest.raises(ArithmeticError):
            replica.cut(1).result(10)
        with pytest.raises(ArithmeticError):
            replica.append([counted("d")]).result(10)
        with pytest.raises(ArithmeticError):
            replica.take(lines).result(10)
        failing.failing = False
        hold(replica, counted("d"))
        assert shown(replica) == {"a": (1, 0), "d": (0, 1)}
        assert not isinstance(replica.take(lines).result(10), Mismatch)
        assert shown(replica) == {"a": (1, 0), "b": (1, 0), "d": (0, 1)}


def test_a_new_epoch_after_the_cut(tmp_path: Path) -> None:
    """Lines of a later epoch are taken and remembered; those of an earlier one are refused then."""
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        write(hub, counted("a"))
        settle(hub, replica)
        write(hub, counted("b"))
        line = hub.read_after(1, 1)[0]
        head = hub.read_after(0, 1)[0]
        second, _ = number(
            Head(head.stream, 2, 1, head.hash), line.entry, line.raw, NOON + 2_000, NOON, "sha256"
        )
        replica.take([second]).result(10)
        assert replica.head().epoch == 2
        with pytest.raises(WorldError) as refused:
            replica.join(head.stream, 1).result(10)
        assert refused.value.key == "epoch_backwards"
        assert replica.join(head.stream, 2).result(10) == replica.head()
    with replica_in(tmp_path / "desk") as replica:
        assert replica.head().epoch == 2
        replica.cut(1).result(10)
        assert replica.head().epoch == 1
        join(hub, replica)
