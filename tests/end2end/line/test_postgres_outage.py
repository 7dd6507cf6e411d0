"""A server that stops, restarts, breaks a connection or does not answer a commit: nothing is half-done."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.entries import Parcel
from app.log.files.failpoints import hit as really_hit
from app.log.port import Accepted, Duplicate, Written
from app.log.postgres import committer, head, session
from app.log.postgres import server as settings
from app.log.postgres.hub import PgHub
from app.log.postgres.server import GONE
from tests.helpers.counting import Elsewhere, counted
from tests.helpers.pg_hubs import pair, pg_hub, pushed, written
from tests.helpers.postgres import Cluster, cluster

pytestmark = pytest.mark.slow

BACK_S = 30


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def url(server: Cluster) -> str:
    return server.make_database()


def refused(hub: PgHub) -> str:
    """The key of the error with which an append is answered now."""
    with pytest.raises(WorldError) as caught:
        hub.append([counted("a")]).result(BACK_S)
    return caught.value.key


def once_back(work: Callable[[], object]) -> object:
    """What `work` gives when the server is there again."""
    until = time.monotonic() + BACK_S
    while True:
        try:
            return work()
        except WorldError as error:
            if error.key != GONE or time.monotonic() > until:
                raise
            time.sleep(0.05)


def break_line(server: Cluster, url: str) -> None:
    """Have the server end every connection of the hubs."""
    with server.connect(url) as there:
        ending = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster hub'"
        )
        there.execute(ending)


def test_a_server_that_is_gone_is_told_once_and_found_again(
    tmp_path: Path, url: str, server: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app.log.postgres")
    with pg_hub(tmp_path / "hub", url) as hub:
        written(hub, counted("a"))
        parcels = Elsewhere().parcels(3)
        server.stop()
        try:
            for _ in range(3):
                assert refused(hub) == GONE
                with pytest.raises(WorldError):
                    hub.push("desk-1", parcels).result(BACK_S)
                with pytest.raises(WorldError):
                    hub.pushed("desk-1")
            assert not hub.clerk_leader()
            # What was folded here can be read all the while.
            assert len(hub.read_after(0, 9)) == 1
        finally:
            server.start()
        accepted = once_back(lambda: hub.push("desk-1", parcels).result(BACK_S))
        assert accepted == Accepted(3, 4)
        assert once_back(lambda: hub.fresh().result(BACK_S).gseq) == 4
    told = [record.message for record in caplog.records if record.name == "app.log.postgres.line"]
    assert sorted(told) == sorted(
        f"log.{line}.{what}" for line in ("hub_database", "hub_tail") for what in ("failed", "recovered")
    )


def test_a_connection_that_broke_unseen_is_not_the_callers_trouble(
    tmp_path: Path, url: str, server: Cluster
) -> None:
    with pg_hub(tmp_path / "hub", url) as hub:
        for _ in range(3):
            written(hub, counted("a"))
            break_line(server, url)
        assert once_back(lambda: hub.pushed(hub.origin)) == 3


def test_a_commit_that_never_reached_the_server_is_made_again(
    tmp_path: Path, url: str, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [2]

    def hit(name: str) -> None:
        if name == "before_commit" and left[0]:
            left[0] -= 1
            break_line(server, url)
        really_hit(name)

    with pg_hub(tmp_path / "hub", url) as hub:
        monkeypatch.setattr(committer, "hit", hit)
        (entry,) = written(hub, counted("a", subjects=("idem:1",))).entries
        assert (entry.gseq, left) == (1, [0])
        assert [n.entry.eid for n in hub.read_after(0, 9)] == [entry.entry.eid]


def test_a_commit_whose_answer_was_lost_is_found_done(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = []
    commit = Connection.commit

    def commit_unheard(self: Connection) -> None:
        commit(self)
        if not lost and threading.current_thread().name == "muster-log-writer":
            lost.append(1)
            raise WorldError(GONE, server="there", reason="cut")

    with pg_hub(tmp_path / "hub", url) as hub:
        written(hub, counted("a"))
        monkeypatch.setattr(session.Connection, "commit", commit_unheard)
        (entry,) = written(hub, counted("b", subjects=("idem:2",))).entries
        assert (entry.gseq, lost) == (2, [1])
        (entry,) = written(hub, counted("c")).entries
        assert entry.gseq == 3


def test_a_commit_nobody_can_tell_about_is_said_to_be_in_doubt(
    tmp_path: Path, url: str, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hit(name: str) -> None:
        if name == "before_commit":
            server.stop(crash=True)

    with pg_hub(tmp_path / "hub", url) as hub:
        written(hub, counted("a"))
        monkeypatch.setattr(committer, "DOUBT_S", 0.5)
        monkeypatch.setattr(committer, "hit", hit)
        try:
            assert refused(hub) == "hub_database_doubt"
        finally:
            monkeypatch.undo()
            server.start()
        written_then = once_back(lambda: hub.append([counted("b")]).result(BACK_S))
        assert isinstance(written_then, Written)
        assert written_then.entries[0].gseq == 2


def test_who_hangs_with_the_head_in_hand_is_put_out(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings._SESSION, "idle_in_transaction_session_timeout", 300)
    one, two = pair(tmp_path, url)
    with one, two:
        holding, let_go = threading.Event(), threading.Event()

        def hang(connection: Connection) -> int:
            head.lock(connection, one.origin)
            holding.set()
            let_go.wait(BACK_S)
            return 0

        hung = one.safe.write(hang)
        assert holding.wait(BACK_S)
        written(two, counted("a"))
        let_go.set()
        with pytest.raises(WorldError):
            hung.result(BACK_S)
        assert written(one, counted("b")).entries[0].gseq == 2


def test_a_server_that_crashes_in_the_middle_loses_nothing(tmp_path: Path, url: str, server: Cluster) -> None:
    one, two = pair(tmp_path, url)
    acknowledged: list[str] = []
    refusals: list[str] = []
    doubtful: list[str] = []
    stop = threading.Event()

    def write(hub: PgHub, caller: int) -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            eid = f"{caller}-{number}"
            try:
                outcome = hub.append([counted("ab"[caller % 2], eid=eid)]).result(BACK_S)
            except WorldError as error:
                (doubtful if error.key == "hub_database_doubt" else refusals).append(eid)
                time.sleep(0.02)
            else:
                assert isinstance(outcome, Written | Duplicate)
                acknowledged.append(eid)

    with one, two:
        threads = [threading.Thread(target=write, args=((one, two)[n % 2], n)) for n in range(4)]
        for thread in threads:
            thread.start()
        for crash in (True, False):
            _grow(acknowledged, 20)
            server.stop(crash=crash)
            time.sleep(0.2)
            server.start()
        _grow(acknowledged, 20)
        stop.set()
        for thread in threads:
            thread.join()
        once_back(lambda: one.fresh().result(BACK_S))
        once_back(lambda: two.fresh().result(BACK_S))
        entries = one.read_after(0, 100_000)
        assert entries == two.read_after(0, 100_000)
    assert [entry.gseq for entry in entries] == list(range(1, len(entries) + 1))
    there = [entry.entry.eid for entry in entries]
    assert len(set(there)) == len(there)
    assert set(acknowledged) <= set(there)
    assert set(there) - set(acknowledged) <= set(doubtful)
    assert refusals


def _grow(done: list[str], by: int) -> None:
    wanted, until = len(done) + by, time.monotonic() + BACK_S
    while len(done) < wanted:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_fold_that_fails_stops_this_process_and_not_the_log(tmp_path: Path, url: str) -> None:
    one, two = pair(tmp_path, url)
    with one, two:
        desk = Elsewhere()
        poison: list[Parcel] = [desk.seal(counted("poison"))]
        pushed(one, desk.name, poison)
        with pytest.raises(WorldError) as caught:
            two.fresh().result(BACK_S)
        assert (caught.value.key, caught.value.params["gseq"]) == ("hub_folding_failed", 1)
        # Nothing is decided on a state that misses an entry.
        assert refused(two) == "hub_folding_failed"
        assert one.pushed(desk.name) == 1
