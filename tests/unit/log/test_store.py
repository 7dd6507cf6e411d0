"""Appending, refusing, reading and following an open store."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import ManualClock
from app.base.errors import UsageError, WorldError
from app.log.chain import digest
from app.log.entries import Head, Numbered
from app.log.port import Appended, Duplicate, LogPort, Stale, Written
from app.log.store import Store, open_store
from tests.helpers.counting import NOON, Counting, counted, counting_store, write


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return counting_store(tmp_path)


@pytest.fixture(autouse=True)
def closed(store: Store) -> object:
    yield
    store.close()


def same(one: Numbered, other: Numbered) -> bool:
    """Raw bodies compare by identity, so they are compared by their bytes."""
    fields = ("gseq", "stream", "epoch", "hub_time", "at", "prev_hash", "hash", "raw")
    entry_fields = ("eid", "origin", "oseq", "kind", "subjects", "base", "time", "cause")
    return (
        all(getattr(one, name) == getattr(other, name) for name in fields)
        and all(getattr(one.entry, name) == getattr(other.entry, name) for name in entry_fields)
        and bytes(one.entry.body) == bytes(other.entry.body)
    )


def test_it_is_a_log_port(store: Store) -> None:
    port: LogPort = store
    assert port.head().gseq == 0


def test_what_was_written_reads_back(store: Store) -> None:
    written = write(store, counted("a"), counted("b", subjects=("incident:1",), base={"incident:1": 0}))
    read = store.read_after(0, 10)
    assert [entry.gseq for entry in read] == [1, 2]
    assert all(same(one, other) for one, other in zip(written.entries, read, strict=True))
    assert store.head() == Head(read[1].stream, 1, 2, read[1].hash)


def test_reading_goes_on_after_a_number(store: Store) -> None:
    write(store, *[counted() for _ in range(7)])
    assert [entry.gseq for entry in store.read_after(2, 3)] == [3, 4, 5]
    assert store.read_after(7, 3) == []


def test_histories_ids_and_unique_subjects(store: Store) -> None:
    first, _, third = write(
        store, counted("a", subjects=("ext:hotline:9",)), counted("b"), counted("a", subjects=("counter:b",))
    ).entries
    assert [entry.gseq for entry in store.history("counter:a")] == [1, 3]
    assert [entry.gseq for entry in store.history("counter:b")] == [2, 3]
    assert store.history("counter:z") == []
    found = store.get(third.entry.eid)
    assert found is not None
    assert same(found, third)
    assert store.get("nobody") is None
    assert store.by_unique("ext:hotline:9") == first.gseq
    assert store.by_unique("counter:a") is None


def test_a_subject_twice_on_one_draft_counts_once(store: Store) -> None:
    write(store, counted("a", subjects=("counter:a", "ext:x:1", "ext:x:1")))
    assert [entry.gseq for entry in store.history("counter:a")] == [1]
    assert store.by_unique("ext:x:1") == 1


@pytest.mark.parametrize("subject", ["ext:hotline:9", "idem:KEY", "code:A1-0001"])
def test_a_unique_subject_stands_once(store: Store, subject: str) -> None:
    write(store, counted("a"), counted("a", subjects=(subject,)))
    again = store.append([counted("b"), counted("a", subjects=(subject,))]).result(5)
    assert again == Duplicate(1, subject, 2)
    assert store.head().gseq == 2


def test_a_unique_subject_twice_in_one_append(store: Store) -> None:
    pair = [counted("a", subjects=("idem:K",)), counted("b", subjects=("idem:K",))]
    assert store.append(pair).result(5) == Duplicate(1, "idem:K", 0)
    assert store.head().gseq == 0


def test_an_append_repeated_whole_is_a_duplicate(store: Store) -> None:
    draft = counted("a")
    write(store, draft)
    assert store.append([draft]).result(5) == Duplicate(0, f"eid:{draft.eid}", 1)


def test_a_base_that_has_moved_on_is_stale(store: Store) -> None:
    write(store, counted("a"))
    write(store, counted("a", base={"counter:a": 1}))
    late = counted("a", base={"counter:a": 1})
    assert store.append([counted("b"), late]).result(5) == Stale("counter:a", 2)
    assert store.head().gseq == 2
    unconditional = store.append([late], expect_base=False).result(5)
    assert isinstance(unconditional, Written)
    assert unconditional.entries[0].entry.base == {"counter:a": 1}


def test_drafts_of_one_append_do_not_make_each_other_stale(store: Store) -> None:
    write(store, counted("a"))
    assert len(write(store, *[counted("a", base={"counter:a": 1}) for _ in range(3)]).entries) == 3


def test_a_subject_nobody_wrote_about_is_at_zero(store: Store) -> None:
    write(store, counted("a", base={"counter:new": 0}))


def test_sizes_of_an_append(store: Store) -> None:
    for drafts in ([], [counted()] * 1001):
        with pytest.raises(UsageError) as refused:
            store.append(drafts)
        assert refused.value.key == "append_size"


def test_projections_are_there_when_the_append_is_acknowledged(store: Store) -> None:
    seen: list[int] = []
    done = threading.Event()

    def look(future: object) -> None:
        # On the writer's own thread, before anything else can happen: only what is committed is visible here.
        reader = store.reader()
        seen.append(int(reader.exec_driver_sql("SELECT count FROM counter WHERE name = 'a'").scalar_one()))
        seen.append(len(store.read_after(0, 10)))
        done.set()

    store.append([counted("a", 5)]).add_done_callback(look)
    assert done.wait(5)
    assert seen == [5, 1]


def test_followers_hear_of_every_commit_until_they_leave(store: Store) -> None:
    heard: list[int] = []
    heard_by_second: list[int] = []
    news = threading.Semaphore(0)

    def deaf(_: Head) -> None:
        raise RuntimeError("a listener that fails")

    def second(head: Head) -> None:
        heard_by_second.append(head.gseq)
        news.release()

    store.subscribe(deaf)
    leave = store.subscribe(lambda head: heard.append(head.gseq))
    store.subscribe(second)
    write(store, counted(), counted())
    assert news.acquire(timeout=5)
    leave()
    leave()
    write(store, counted())
    assert news.acquire(timeout=5)
    store.append([counted(base={"counter:a": 0})]).result(5)
    write(store, counted())
    assert news.acquire(timeout=5)
    assert (heard, heard_by_second) == ([2], [2, 3, 4])


def test_each_thread_reads_for_itself(store: Store) -> None:
    write(store, counted())
    mine = store.reader()
    others: list[object] = []

    def look() -> None:
        others.append(store.reader())
        others.append(len(store.read_after(0, 5)))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert store.reader() is mine
    assert others[0] is not mine
    assert others[1] == 1


def test_a_closed_store_refuses(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(WorldError) as refused:
        store.append([counted()]).result(5)
    assert refused.value.key == "log_closed"


def test_sm3_by_configuration(tmp_path: Path) -> None:
    with open_store(tmp_path / "b", ManualClock(NOON), Counting(), mark="drill", algorithm="sm3") as store:
        one, two = write(store, counted(), counted()).entries
    assert one.hash.startswith("sm3:")
    assert two.entry.prev_origin_hash == digest("sm3", one.raw)
    with open_store(tmp_path / "b", ManualClock(NOON), Counting()) as store:
        assert write(store, counted()).entries[0].hash.startswith("sm3:")


def test_the_pc_clock_set_back_does_not_set_back_the_log(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    with counting_store(tmp_path / "b", clock=clock) as store:
        write(store, counted())
    clock.set(NOON - 3_600_000)
    with counting_store(tmp_path / "b", clock=clock) as store:
        entry = write(store, counted()).entries[0]
    assert (entry.hub_time, entry.at, entry.entry.time.wall) == (NOON, NOON, NOON - 3_600_000)


calls = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
        st.sampled_from(["", "idem:1", "idem:2"]),
        st.sampled_from(["", "counter:a", "counter:b"]),
        st.integers(0, 6),
    ),
    max_size=8,
)


@settings(max_examples=15)
@given(calls)
def test_any_appends_at_once_give_what_a_model_says(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[list[str], str, str, int]]
) -> None:
    """All calls wait in the queue together, so that they are judged and written as one group."""
    projector = Counting()
    with counting_store(tmp_path_factory.mktemp("model"), projector) as store:
        expected, head, unique, latest, counts = [], 0, {}, dict[str, int](), dict[str, int]()
        futures = []
        for names, once, based, seen in calls:
            drafts = [counted(name) for name in names]
            drafts[-1] = counted(
                names[-1], subjects=(once,) if once else (), base={based: seen} if based else {}
            )
            futures.append(store.append(drafts))
            answer: Appended | int
            if once in unique:
                answer = Duplicate(len(names) - 1, once, unique[once])
            elif based and latest.get(based, 0) > seen:
                answer = Stale(based, latest[based])
            else:
                for name in names:
                    head += 1
                    latest[f"counter:{name}"] = head
                    counts[name] = counts.get(name, 0) + 1
                if once:
                    unique[once] = head
                answer = head
            expected.append(answer)
        outcomes = [future.result(10) for future in futures]
        got = [o.entries[-1].gseq if isinstance(o, Written) else o for o in outcomes]
        rows = store.reader().exec_driver_sql("SELECT name, count FROM counter").all()
        assert got == expected
        assert {row[0]: row[1] for row in rows} == counts
        assert [entry.gseq for entry in store.read_after(0, 99)] == list(range(1, head + 1)) == projector.told
