"""Waiting entries held decoded: the same as the file says, however many are held."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.log.entries import PENDING_FROM
from app.log.following import pending, waiting_entries
from app.log.following.waiting_entries import WaitingEntries
from app.log.replica import Replica
from tests.helpers.counting import counted
from tests.helpers.replicas import hold, hub_in, join, pull, push, replica_in, shown

SUBJECTS = ("counter:a", "counter:c")


def held_about(replica: Replica, entries: WaitingEntries) -> list[int]:
    return [n.gseq - PENDING_FROM for n in entries.about(replica.reader(), SUBJECTS)]


@pytest.mark.parametrize("most", [1, 3, 100])
def test_what_is_held_and_what_is_read_come_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(waiting_entries, "HELD_MAX", most)
    with replica_in(tmp_path) as replica:
        written = [hold(replica, counted(name))[0] for name in "abcabc"]
        entries = WaitingEntries()
        entries.held(written[3:])
        for _ in range(2):
            found = entries.about(replica.reader(), SUBJECTS)
            assert found == pending.read_about(replica.reader(), SUBJECTS)
            assert [n.gseq - PENDING_FROM for n in found] == [1, 3, 4, 6]


def test_what_got_its_number_is_held_no_more(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        join(hub, replica)
        entries = WaitingEntries()
        entries.held([hold(replica, counted(name))[0] for name in "abc"])
        push(replica, hub, 2)
        pull(replica, hub)
        entries.settled((1, 2))
        assert held_about(replica, entries) == [3]


def test_entries_written_anew_after_a_cut_are_laid_over_as_they_stand(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub") as hub, replica_in(tmp_path / "desk") as replica:
        join(hub, replica)
        hold(replica, counted("a"))
        push(replica, hub)
        hold(replica, counted("a"))
        pull(replica, hub)
        assert shown(replica) == {"a": (1, 1)}
        replica.cut(0).result(10)
        assert shown(replica) == {"a": (0, 2)}
        pull(replica, hub)
        assert shown(replica) == {"a": (1, 1)}
