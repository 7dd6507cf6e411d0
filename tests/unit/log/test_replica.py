"""A replica holds, takes, reads both as one, and refuses what does not continue its log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.base.errors import UsageError, WorldError
from app.log.entries import PENDING_FROM, Head, Numbered, TimeClaim
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.sequencer import number
from app.log.port import DIGEST_EVERY, Duplicate, LogPort, Stale, Written
from app.log.replica import LINES_PER_TAKE_MAX, Replica
from app.log.store import Store
from app.log.vault import Sealer
from tests.helpers.counting import NOON, POISON, counted, counting_store, write
from tests.helpers.replicas import (
    BYTES,
    claim,
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


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Store]:
    with hub_in(tmp_path / "hub") as store:
        yield store


@pytest.fixture
def replica(tmp_path: Path, hub: Store) -> Iterator[Replica]:
    with replica_in(tmp_path / "desk") as opened:
        yield opened


def test_it_is_a_log_port(replica: Replica) -> None:
    port: LogPort = replica
    assert port.head().gseq == 0


def test_a_new_one_has_no_stream_until_it_meets_its_hub(hub: Store, replica: Replica) -> None:
    assert (replica.about.stream, replica.about.role, replica.head().stream) == ("", "desk", "")
    assert replica.join(hub.head().stream, 1).result(5) == hub.head()
    assert replica.about.stream == hub.about.stream
    with pytest.raises(WorldError) as refused:
        replica.join("another", 1).result(5)
    assert refused.value.key == "stream_differs"
    assert replica.about.stream == hub.about.stream


def test_what_is_held_is_read_behind_everything_else(hub: Store, replica: Replica) -> None:
    write(hub, counted("a"))
    settle(hub, replica)
    first, second = hold(replica, counted("a", subjects=("idem:1",)), counted("b"))
    assert [e.gseq for e in (first, second)] == [PENDING_FROM + 1, PENDING_FROM + 2]
    assert (first.at, first.pending, first.hash) == (NOON, True, "")
    assert [e.gseq for e in replica.history("counter:a")] == [1, PENDING_FROM + 1]
    assert [e.gseq for e in replica.read_after(0, 10)] == [1]
    assert [e.gseq for e in replica.read_after(PENDING_FROM - 1, 10)] == [PENDING_FROM + 1, PENDING_FROM + 2]
    assert [e.gseq for e in replica.read_after(PENDING_FROM + 1, 10)] == [PENDING_FROM + 2]
    found = replica.get(second.entry.eid)
    assert found is not None
    assert (found.gseq, found.raw) == (second.gseq, second.raw)
    assert replica.by_unique("idem:1") == PENDING_FROM + 1
    assert replica.by_unique("counter:a") is None
    assert replica.head().gseq == 1
    assert (replica.pending_count(), replica.sealed()) == (2, 2)
    assert shown(replica) == {"a": (1, 1), "b": (0, 1)}


def test_without_an_estimate_the_wall_clock_counts(tmp_path: Path) -> None:
    with replica_in(tmp_path, claims=lambda: TimeClaim(NOON + 9, 0, "x")) as replica:
        assert hold(replica, counted())[0].at == NOON + 9


def test_held_entries_get_their_numbers(hub: Store, replica: Replica) -> None:
    held = hold(replica, counted("a"), counted("b", subjects=("idem:1",)))
    settle(hub, replica)
    assert replica.pending_count() == 0
    assert replica.head() == hub.head()
    assert [e.raw for e in hub.read_after(0, 10)] == [e.raw for e in held]
    assert [e.gseq for e in replica.history("counter:b")] == [2]
    assert replica.by_unique("idem:1") == 2
    assert replica.read_after(PENDING_FROM - 1, 10) == []
    assert shown(replica) == shown(hub) == {"a": (1, 0), "b": (1, 0)}


def test_taking_says_what_is_settled(hub: Store, replica: Replica) -> None:
    hold(replica, counted("a"))
    join(hub, replica)
    push(replica, hub)
    hold(replica, counted("b"))
    write(hub, counted("c"))
    assert replica.take(hub.read_after(0, 10)).result(5) == Taken(hub.head(), 1)
    assert shown(replica) == {"a": (1, 0), "b": (0, 1), "c": (1, 0)}
    assert replica.take([]).result(5) == Taken(hub.head(), 1)


def test_lines_that_come_again_are_passed_over(hub: Store, replica: Replica) -> None:
    write(hub, counted("a"), counted("b"), counted("c"))
    join(hub, replica)
    lines = hub.read_after(0, 10)
    assert isinstance(replica.take(lines[:2]).result(5), Taken)
    assert replica.take(lines).result(5) == Taken(hub.head(), 0)
    assert shown(replica) == {"a": (1, 0), "b": (1, 0), "c": (1, 0)}


def test_two_desks_see_each_other(tmp_path: Path, hub: Store, replica: Replica) -> None:
    with replica_in(tmp_path / "other") as other:
        for _ in range(3):
            hold(replica, counted("a"))
            hold(other, counted("a"), counted("b"))
        settle(hub, replica, other)
        assert shown(replica) == shown(other) == shown(hub) == {"a": (6, 0), "b": (3, 0)}
        assert replica.head() == other.head() == hub.head()
        assert replica.pending_count() == other.pending_count() == 0


def test_a_subject_that_may_stand_once_stands_where_it_waits(hub: Store, replica: Replica) -> None:
    hold(replica, counted("a", subjects=("idem:1",)))
    again = replica.append([counted("b", subjects=("idem:1",))]).result(5)
    assert again == Duplicate(0, "idem:1", PENDING_FROM + 1)
    draft = counted("c")
    hold(replica, draft)
    assert replica.append([draft]).result(5) == Duplicate(0, f"eid:{draft.eid}", PENDING_FROM + 2)
    settle(hub, replica)
    assert replica.append([counted("b", subjects=("idem:1",))]).result(5) == Duplicate(0, "idem:1", 1)


def test_bases_are_sealed_in_numbers_that_all_know(hub: Store, replica: Replica) -> None:
    write(hub, counted("a"))
    settle(hub, replica)
    waiting = hold(replica, counted("a"))[0]
    based = hold(
        replica,
        counted("a", base={"counter:a": waiting.gseq}),
        counted("b", base={"counter:b": PENDING_FROM + 7, "counter:a": 1}),
    )
    assert [e.entry.base for e in based] == [{"counter:a": 1}, {"counter:b": 0, "counter:a": 1}]


def test_only_confirmed_numbers_make_stale(hub: Store, replica: Replica) -> None:
    write(hub, counted("a"))
    settle(hub, replica)
    hold(replica, counted("a"))
    assert isinstance(replica.append([counted("a", base={"counter:a": 1})]).result(5), Written)
    write(hub, counted("a"))
    pull(replica, hub)
    assert replica.append([counted("a", base={"counter:a": 1})]).result(5) == Stale("counter:a", 2)
    again = replica.append([counted("a", base={"counter:a": 1})], expect_base=False).result(5)
    assert isinstance(again, Written)


def altered(line: Numbered, **fields: object) -> Numbered:
    return msgspec.structs.replace(line, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("number", lambda lines: lines[1:]),
        ("stream", lambda lines: [altered(lines[0], stream="another"), *lines[1:]]),
        ("epoch", lambda lines: [lines[0], altered(lines[1], epoch=0)]),
        ("time", lambda lines: [lines[0], altered(lines[1], hub_time=lines[0].hub_time - 1)]),
        ("time", lambda lines: [altered(lines[0], at=lines[0].hub_time + 1)]),
        ("hash", lambda lines: [lines[0], altered(lines[1], raw=lines[1].raw + b" ")]),
        ("hash", lambda lines: [altered(lines[0], verdict="not_permitted")]),
        ("hash", lambda lines: [altered(lines[0], hash="md5:1")]),
        ("hash", lambda lines: [altered(lines[0], prev_hash=lines[1].hash)]),
    ],
)
def test_what_does_not_continue_the_log_is_refused(
    hub: Store, replica: Replica, rule: str, change: object
) -> None:
    write(hub, counted("a"), counted("b"), counted("a"))
    join(hub, replica)
    lines = hub.read_after(0, 10)
    wrong = change(lines)  # type: ignore[operator]
    outcome = replica.take(wrong).result(5)
    assert isinstance(outcome, Mismatch)
    assert outcome.rule == rule
    assert (replica.head().gseq, shown(replica)) == (0, {})
    assert replica.take(lines).result(5) == Taken(hub.head(), 0)


def test_another_line_under_a_known_number_is_refused(tmp_path: Path, hub: Store, replica: Replica) -> None:
    write(hub, counted("a"))
    settle(hub, replica)
    with hub_in(tmp_path / "set-back") as other:
        write(other, counted("z"))
        assert replica.take(other.read_after(0, 1)).result(5) == Mismatch(1, "hash")


def test_numbers_of_an_origin_must_be_dense(tmp_path: Path, hub: Store, replica: Replica) -> None:
    """A hub that drops an entry and closes its own chain over the gap is found by the origin's chain."""
    with counting_store(tmp_path / "source") as source:
        write(source, counted("a"), counted("b"), counted("c"))
        theirs = source.read_after(0, 10)
    head = Head("stream", 1, 0, "")
    replica.join("stream", 1).result(5)
    lines = []
    for line in (theirs[0], theirs[2]):
        placed, head = number(head, line.entry, line.raw, NOON, NOON, "sha256")
        lines.append(placed)
    assert replica.take(lines).result(5) == Mismatch(2, "origin_number")
    assert isinstance(replica.take(lines[:1]).result(5), Taken)
    forged = theirs[1].entry
    forged = msgspec.structs.replace(forged, prev_origin_hash="sha256:" + "0" * 64)
    raw = msgspec.json.encode(forged)
    placed, _ = number(replica.head(), forged, raw, NOON, NOON, "sha256")
    assert replica.take([placed]).result(5) == Mismatch(2, "origin_chain")


def test_what_bears_the_own_name_must_be_what_waits(tmp_path: Path, hub: Store, replica: Replica) -> None:
    """A copy of this database wrote under its name: its entry is refused, whatever the hub says of it."""
    replica.join("stream", 1).result(5)
    mine = hold(replica, counted("a"))[0]
    theirs = msgspec.structs.replace(mine.entry, actor="op-2")
    head = Head("stream", 1, 0, "")
    placed, _ = number(head, theirs, msgspec.json.encode(theirs), NOON, NOON, "sha256")
    assert replica.take([placed]).result(5) == Mismatch(1, "own")
    placed, _ = number(head, mine.entry, mine.raw, NOON, NOON, "sha256")
    assert replica.take([placed]).result(5) == Taken(replica.head(), 1)
    assert replica.head().gseq == 1


def test_a_subject_that_stands_twice_is_refused(tmp_path: Path, replica: Replica) -> None:
    with counting_store(tmp_path / "source") as source:
        write(source, counted("a", subjects=("idem:1",)))
        first = source.read_after(0, 1)[0]
    with counting_store(tmp_path / "source-2") as source:
        write(source, counted("a", subjects=("idem:1",)))
        second = source.read_after(0, 1)[0]
    replica.join("stream", 1).result(5)
    one, head = number(Head("stream", 1, 0, ""), first.entry, first.raw, NOON, NOON, "sha256")
    two, _ = number(head, second.entry, second.raw, NOON, NOON, "sha256")
    assert replica.take([one, two]).result(5) == Mismatch(1, "twice")
    assert (replica.head().gseq, shown(replica)) == (0, {})
    verdict, _ = number(head, second.entry, second.raw, NOON, NOON, "sha256", "subject_taken")
    assert isinstance(replica.take([one, verdict]).result(5), Taken)
    assert [e.verdict for e in replica.history("counter:a")] == ["", "subject_taken"]
    assert shown(replica) == {"a": (1, 0)}


def test_a_quarantined_own_entry_waits_no_longer(tmp_path: Path, hub: Store, replica: Replica) -> None:
    with replica_in(tmp_path / "other") as other:
        hold(other, counted("a", subjects=("idem:1",)))
        hold(replica, counted("a", subjects=("idem:1",)), counted("b"))
        settle(hub, other, replica)
        settle(hub, other)
        assert [e.verdict for e in replica.history("counter:a")] == ["", "subject_taken"]
        assert replica.pending_count() == 0
        assert shown(replica) == shown(other) == {"a": (1, 0), "b": (1, 0)}


def test_digests_are_kept_at_the_same_numbers_as_the_hubs(hub: Store, replica: Replica) -> None:
    for _ in range(3):
        write(hub, *[counted(f"n{number % 7}") for number in range(DIGEST_EVERY // 2)])
    hold(replica, counted("n1"))
    join(hub, replica)
    while pull(replica, hub, 333):
        pass
    assert hub.digest_at(DIGEST_EVERY) is not None
    assert replica.digest_at(DIGEST_EVERY) == hub.digest_at(DIGEST_EVERY)
    assert replica.digest_at(DIGEST_EVERY + 1) is None
    assert shown(replica)["n1"][1] == 1


def test_a_bug_in_a_fold_refuses_the_take_and_leaves_the_rest(hub: Store, replica: Replica) -> None:
    join(hub, replica)
    hold(replica, counted("a"))
    with pytest.raises(ArithmeticError):
        replica.append([counted(POISON)]).result(5)
    assert (replica.sealed(), replica.pending_count(), shown(replica)) == (1, 1, {"a": (0, 1)})
    hold(replica, counted("b"))
    assert replica.sealed() == 2
    settle(hub, replica)
    assert shown(replica) == {"a": (1, 0), "b": (1, 0)}


def test_secrets_travel_with_their_entries(tmp_path: Path, hub: Store, replica: Replica) -> None:
    sealed, secret = Sealer().seal("c1", "phone", "13800001234", "138****1234")
    hold(replica, counted("a"), confided("a", sealed, secret), counted("b"))
    parcels = replica.waiting(0, 10, BYTES)
    assert [p.secrets for p in parcels] == [(), (secret,), ()]
    settle(hub, replica)
    assert hub.vault.read(sealed.ref) == replica.vault.read(sealed.ref) == "13800001234"
    with replica_in(tmp_path / "other") as other:
        settle(hub, other)
        assert other.vault.read(sealed.ref) is None
        assert other.keep_secrets(hub.secrets([sealed.ref])).result(5) == 1
        assert other.keep_secrets(hub.secrets([sealed.ref])).result(5) == 0
        assert other.vault.read(sealed.ref) == "13800001234"


def test_what_waits_goes_out_in_bounded_pages(replica: Replica) -> None:
    hold(replica, *[counted(f"{number}") for number in range(10)])
    assert len(replica.waiting(0, 4, BYTES)) == 4
    assert [p.raw for p in replica.waiting(8, 10, BYTES)] == [
        e.raw for e in replica.read_after(PENDING_FROM + 8, 10)
    ]
    one = len(replica.waiting(0, 1, BYTES)[0].raw)
    assert len(replica.waiting(0, 10, 3 * one + one // 2)) == 3
    assert len(replica.waiting(0, 10, 1)) == 1
    assert replica.waiting(10, 10, BYTES) == []


def test_notes_are_kept(tmp_path: Path) -> None:
    with replica_in(tmp_path) as replica:
        assert replica.notes.get("clock") is None
        assert replica.notes.put("clock", b"12").result(5) == 2
        replica.notes.put("clock", b"\x00345").result(5)
    with replica_in(tmp_path) as replica:
        assert replica.notes.get("clock") == b"\x00345"


def test_everybody_hears_of_what_is_held_and_what_is_taken(hub: Store, replica: Replica) -> None:
    heard: list[Head] = []
    join(hub, replica)
    end = replica.subscribe(heard.append)
    hold(replica, counted("a"))
    write(hub, counted("b"))
    pull(replica, hub)
    end()
    hold(replica, counted("c"))
    replica.join(hub.head().stream, 1).result(5)
    assert [head.gseq for head in heard] == [0, 1]


def test_many_lines_at_once_are_refused(hub: Store, replica: Replica) -> None:
    write(hub, counted("a"))
    line = hub.read_after(0, 1)[0]
    with pytest.raises(UsageError) as refused:
        replica.take([line] * (LINES_PER_TAKE_MAX + 1))
    assert refused.value.key == "take_size"


def test_a_directory_of_the_other_role_is_refused(tmp_path: Path) -> None:
    with hub_in(tmp_path / "hub"), replica_in(tmp_path / "desk"):
        pass
    for opening, folder in ((replica_in, "hub"), (hub_in, "desk")):
        with pytest.raises(WorldError) as refused:
            opening(tmp_path / folder)
        assert refused.value.key == "role_differs"


def test_claims_are_made_at_each_append(tmp_path: Path) -> None:
    boots = iter(range(1, 10))
    with replica_in(tmp_path, claims=lambda: msgspec.structs.replace(claim(), boot=next(boots))) as replica:
        one = hold(replica, counted(), counted())
        two = hold(replica, counted())
    assert [e.entry.time.boot for e in (*one, *two)] == [1, 1, 2]
