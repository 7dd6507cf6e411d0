"""What other databases push is numbered once, in their order, whatever it says; what is none is refused."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.clock import ManualClock
from app.base.errors import UsageError
from app.log.entries import PENDING_FROM, Entry, Numbered, Parcel, Secret, read_entry
from app.log.files.origin import ENTRY_BYTES_MAX
from app.log.numbering.pushing import PARCELS_PER_PUSH_MAX, End, PushedBy, effective, read_push, sort_out
from app.log.port import Accepted, Broken, Duplicate, Forked, Gap, Pushed
from app.log.proving import marks
from app.log.proving.verdicts import HUB_KINDS
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.counting import (
    NOON,
    POISON,
    Counting,
    Elsewhere,
    counted,
    counting_store,
    push,
    write,
)

MINUTE = 60_000


def pushed(store: Store, desk: Elsewhere, *parcels: Parcel) -> Pushed:
    return store.push(desk.name, parcels).result(10)


def verdicts(store: Store) -> list[str]:
    return [numbered.verdict for numbered in store.read_after(0, 1_000)]


def counts(store: Store) -> dict[str, int]:
    return {row[0]: row[1] for row in store.reader().exec_driver_sql("SELECT name, count FROM counter")}


def altered(parcel: Parcel, **changes: object) -> Parcel:
    """The same entry with other fields, as somebody who writes a client by hand would send it."""
    return Parcel(msgspec.json.encode(msgspec.structs.replace(read_entry(parcel.raw), **changes)))


def test_a_push_is_numbered_behind_what_stands(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        write(store, counted("a"))
        parcels = desk.parcels(3)
        assert push(store, desk.name, *parcels) == Accepted(3, 4)
        taken = store.read_after(1, 10)
        assert [(n.gseq, n.entry.origin, n.entry.oseq, n.raw) for n in taken] == [
            (number + 1, desk.name, number, parcel.raw) for number, parcel in enumerate(parcels, 1)
        ]
        assert (store.pushed(desk.name), store.pushed("nobody")) == (3, 0)
        assert counts(store) == {"a": 2, "b": 1, "c": 1}
        assert write(store, counted("b")).entries[0].gseq == 5
    assert verify(tmp_path, Counting).problems == ()
    with counting_store(tmp_path) as store:
        assert store.pushed(desk.name) == 3
        assert push(store, desk.name, *desk.parcels(1)) == Accepted(4, 6)


def test_a_repeat_is_harmless_for_ever(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        parcels = desk.parcels(4)
        push(store, desk.name, *parcels[:3])
        assert push(store, desk.name, *parcels[:2]) == Accepted(3, 3)
        assert push(store, desk.name, *parcels) == Accepted(4, 4)
        assert push(store, desk.name) == Accepted(4, 4)
    with counting_store(tmp_path) as store:
        assert push(store, desk.name, *parcels) == Accepted(4, 4)
        assert store.head().gseq == 4


def test_a_gap_is_refused_whole(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        one, two, three, four = desk.parcels(4)
        assert pushed(store, desk, two) == Gap(1)
        push(store, desk.name, one)
        assert pushed(store, desk, two, four) == Gap(2)
        assert store.head().gseq == 1
        assert push(store, desk.name, two, three, four) == Accepted(4, 4)


def test_a_copy_of_a_database_is_told(tmp_path: Path) -> None:
    """Two that go on under one name: by other bytes at a number, or by chaining on other bytes."""
    one, other = Elsewhere(), Elsewhere()
    with counting_store(tmp_path) as store:
        push(store, one.name, *one.parcels(3))
        theirs = other.parcels(5)
        assert pushed(store, other, *theirs) == Forked(1)
        assert pushed(store, other, theirs[2]) == Forked(3)
        assert pushed(store, other, *theirs[3:]) == Forked(3)
        assert store.head().gseq == 3
        push(store, one.name, *one.parcels(1))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"origin": "desk-2"}, "origin"),
        ({"v": 2}, "format"),
        ({"oseq": 0}, "format"),
        ({"oseq": -1}, "format"),
        ({"eid": ""}, "format"),
        ({"eid": "two\nlines"}, "format"),
        ({"kind": "k" * 1_000}, "format"),
        ({"prev_origin_hash": "sha256:00"}, "chain"),
    ],
)
def test_what_is_no_entry_of_this_origin_is_refused(
    tmp_path: Path, changes: dict[str, object], rule: str
) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        outcome = pushed(store, desk, altered(desk.parcels(1)[0], **changes))
        assert isinstance(outcome, Broken)
        assert (outcome.rule, store.head().gseq) == (rule, 0)


def test_a_chain_that_breaks_within_a_push(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        one, two, three = desk.parcels(3)
        assert pushed(store, desk, one, two, altered(three, prev_origin_hash="")) == Broken(3, "chain")
        assert pushed(store, desk, one, altered(two, prev_origin_hash="md5:00")) == Broken(2, "chain")
        assert store.head().gseq == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"v":1}', b"[" * 100_000])
def test_bytes_that_are_no_entry(tmp_path: Path, raw: bytes) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        assert pushed(store, desk, *desk.parcels(2), Parcel(raw)) == Broken(3, "unreadable")
        assert store.head().gseq == 0


def test_limits(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        parcel = desk.parcels(1)[0]
        padded = Parcel(parcel.raw[:-1] + b" " * ENTRY_BYTES_MAX + b"}")
        assert pushed(store, desk, padded) == Broken(0, "too_big")
        heavy = Secret("r", "c", "text", "x" * ENTRY_BYTES_MAX, b"")
        assert pushed(store, desk, Parcel(parcel.raw, (heavy,))) == Broken(0, "too_big")
        with pytest.raises(UsageError) as refused:
            store.push(desk.name, [parcel] * (PARCELS_PER_PUSH_MAX + 1))
        assert refused.value.key == "push_size"


def test_nobody_writes_under_the_name_of_the_hub(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        forged = Elsewhere(store.origin)
        assert pushed(store, forged, *forged.parcels(1)) == Broken(1, "origin")


def test_one_refused_push_harms_no_other_of_its_group(tmp_path: Path) -> None:
    one, other = Elsewhere("desk-1"), Elsewhere("desk-2")
    with counting_store(tmp_path) as store:
        first, second = other.parcels(2)
        futures = [
            store.push(one.name, one.parcels(2)),
            store.push(other.name, [second]),
            store.append([counted("d")]),
            store.push(other.name, [first, second]),
            store.push(other.name, [first, second, Parcel(b"{")]),
        ]
        answers = [future.result(10) for future in futures]
        assert answers[:2] == [Accepted(2, 2), Gap(1)]
        assert answers[3:] == [Accepted(2, 5), Broken(3, "unreadable")]
        assert counts(store) == {"a": 2, "b": 2, "d": 1}


def test_a_taken_subject_is_numbered_and_folded_by_nobody(tmp_path: Path) -> None:
    desk = Elsewhere()
    with counting_store(tmp_path) as store:
        write(store, counted("a", subjects=("ext:x:1", "incident:1")))
        twice = [counted("b", 10, subjects=("ext:x:1", "incident:1")), counted("b", subjects=("ext:x:2",))]
        again = counted("b", 100, subjects=("ext:x:2",))
        push(store, desk.name, *[desk.seal(draft) for draft in (*twice, again)])
        assert verdicts(store) == ["", "subject_taken", "", "subject_taken"]
        assert counts(store) == {"a": 1, "b": 1}
        assert (store.by_unique("ext:x:1"), store.by_unique("ext:x:2")) == (1, 3)
        # Whoever looks at the case sees it all the same.
        assert [n.gseq for n in store.history("incident:1")] == [1, 2]
        assert store.append([counted("c", subjects=("ext:x:2",))]).result(10) == Duplicate(0, "ext:x:2", 3)
    assert verify(tmp_path, Counting).problems == ()
    with counting_store(tmp_path, Counting(version=2)) as store:
        assert counts(store) == {"a": 1, "b": 1}


def test_the_id_of_another_is_numbered_and_found_by_its_place(tmp_path: Path) -> None:
    one, other = Elsewhere("desk-1"), Elsewhere("desk-2")
    with counting_store(tmp_path) as store:
        push(store, one.name, one.seal(counted("a", eid="same")), one.seal(counted("a", eid="same")))
        push(store, other.name, other.seal(counted("b", eid="same")))
        assert verdicts(store) == ["", "eid_taken", "eid_taken"]
        first = store.get("same")
        assert first is not None
        assert (first.gseq, counts(store)) == (1, {"a": 1})
        assert [n.entry.eid for n in store.read_after(0, 9)] == ["same"] * 3
    assert verify(tmp_path, Counting).problems == ()


def test_the_default_judge(tmp_path: Path) -> None:
    """Bodies that do not fit, kinds that only a hub writes, numbers no hub gave; the unknown may pass."""
    desk = Elsewhere()
    drafts = [
        msgspec.structs.replace(counted("a"), kind="report_received"),
        *[msgspec.structs.replace(counted("a"), kind=kind) for kind in sorted(HUB_KINDS)],
        counted("a", base={"incident:1": PENDING_FROM + 1}),
        msgspec.structs.replace(counted("a"), kind_version=99),
    ]
    with counting_store(tmp_path) as store:
        push(store, desk.name, *[desk.seal(draft) for draft in drafts])
        reserved = ["kind_reserved"] * len(HUB_KINDS)
        assert verdicts(store) == ["body_invalid", *reserved, "body_invalid", ""]
        assert counts(store) == {"a": 1}


def test_an_injected_judge_decides(tmp_path: Path) -> None:
    desk = Elsewhere()

    def judge(entry: Entry) -> str:
        return "not_permitted" if entry.actor == "op-2" else ""

    with counting_store(tmp_path, judge=judge) as store:
        theirs = msgspec.structs.replace(counted("a"), actor="op-2")
        push(store, desk.name, desk.seal(theirs), desk.seal(counted("b")))
        assert verdicts(store) == ["not_permitted", ""]


@pytest.mark.parametrize("failing", ["fold", "judge"])
def test_one_entry_that_breaks_the_program_holds_up_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, failing: str
) -> None:
    desk = Elsewhere()

    def judge(entry: Entry) -> str:
        if failing == "judge" and POISON in str(bytes(entry.body)):
            raise ArithmeticError
        return ""

    with counting_store(tmp_path, judge=judge) as store:
        names = ("a", POISON, "b")
        with caplog.at_level(logging.ERROR):
            assert push(store, desk.name, *[desk.seal(counted(name)) for name in names]) == Accepted(3, 3)
        assert verdicts(store) == ["", "fold_failed", ""]
        assert counts(store) == {"a": 1, "b": 1}
    assert [r.message for r in caplog.records] == ["log.push_doubted"]
    assert verify(tmp_path, Counting).problems == ()


def test_effective_time_lies_between_the_earlier_entry_and_arrival(tmp_path: Path) -> None:
    clock, desk = ManualClock(NOON), Elsewhere()
    guesses = [-30 * MINUTE, -40 * MINUTE, None, -5 * MINUTE, 90 * MINUTE]
    with counting_store(tmp_path, clock=clock) as store:
        drafts = [(counted("a"), None if guess is None else NOON + guess) for guess in guesses]
        parcels = [desk.seal(draft, est_hub) for draft, est_hub in drafts]
        push(store, desk.name, *parcels[:2])
        clock.advance(10 * MINUTE)
        push(store, desk.name, *parcels[2:])
        found = [(n.at - NOON, n.hub_time - NOON) for n in store.read_after(0, 9)]
    ten = 10 * MINUTE
    assert found == [(-30 * MINUTE, 0), (-30 * MINUTE, 0), (ten, ten), (ten, ten), (ten, ten)]
    assert verify(tmp_path, Counting).problems == ()


@given(st.integers(-100, 100), st.integers(0, 100), st.one_of(st.none(), st.integers(-200, 300)))
def test_effective_time_is_always_in_bounds(back: int, gone: int, guess: int | None) -> None:
    entry = read_entry(Elsewhere().seal(counted("a"), guess).raw)
    hub_time, before = 100 + gone, 100 + min(back, gone)
    assert before <= effective(entry, hub_time, before) <= hub_time


def test_personal_data_comes_with_its_entry_and_the_first_stands(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Elsewhere()
    mine = Secret("ref-1", "case-1", "phone", "13800000001", b"salt")
    other = msgspec.structs.replace(mine, value="13800000002")
    strange = Secret("ref-9", "case-1", "phone", "13800000009", b"salt")
    with counting_store(tmp_path) as store:
        push(store, desk.name, desk.seal(counted("ref-1", secrets=(mine, strange))))
        push(store, desk.name, desk.seal(counted("ref-1", secrets=(other, strange))))
        assert store.secrets(["ref-9", "ref-1"]) == [mine]
        assert store.vault.read("ref-9") is None
        assert store.vault.erase("case-1").result(10) == 1
        assert store.secrets(["ref-1"]) == []
    assert [r.message for r in caplog.records] == ["log.strange_secrets.failed"]


def test_an_origin_may_hash_by_another_algorithm(tmp_path: Path) -> None:
    desk = Elsewhere(algorithm="sm3")
    with counting_store(tmp_path) as store:
        push(store, desk.name, *desk.parcels(2))
        push(store, desk.name, *desk.parcels(2))
    with counting_store(tmp_path) as store:
        push(store, desk.name, *desk.parcels(1))
        assert store.head().hash.startswith("sha256:")
    assert verify(tmp_path, Counting).problems == ()


def test_digests_are_kept_at_their_numbers_however_entries_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "DIGEST_EVERY", 5)
    desk = Elsewhere()
    with counting_store(tmp_path / "groups") as store:
        write(store, *[counted("ab"[n % 2]) for n in range(7)])
        push(store, desk.name, *desk.parcels(9))
        kept = {n: store.digest_at(n) for n in range(18)}
        assert {n for n, digest in kept.items() if digest} == {5, 15}
        entries = store.read_after(0, 99)
    with counting_store(tmp_path / "groups", Counting(version=2)) as store:
        # Folded anew in one go: the newest is kept, and is what it was.
        assert {n: d for n in range(18) if (d := store.digest_at(n))} == {15: kept[15]}
    assert verify(tmp_path / "groups", Counting).problems == ()
    # The digest at a number is that of a fold which ended there.
    assert kept[5] == digest_of(entries[:5], tmp_path)


def digest_of(entries: list[Numbered], folder: Path) -> str:
    projector = Counting()
    with counting_store(folder / "alone", projector) as store:
        for numbered in entries:
            body = msgspec.json.decode(numbered.entry.body)
            write(store, counted(body["name"], body["by"]))
        return projector.digest(store.reader())


@given(st.integers(1, 1_300), st.integers(1, 1_300))
def test_pieces_are_all_there_and_end_where_they_should(first: int, count: int) -> None:
    entries = [msgspec.structs.replace(ANY, gseq=first + number) for number in range(count)]
    pieces = list(marks.split_at_each(entries))
    assert [n for piece in pieces for n in piece] == entries
    assert all(marks.is_marked(piece[-1].gseq) for piece in pieces[:-1])
    assert not any(marks.is_marked(n.gseq) for piece in pieces for n in piece[:-1])


ANY = Numbered(1, "s", 1, 0, 0, "", "", b"", read_entry(Elsewhere().seal(counted("a")).raw))

ORIGINS = ("desk-1", "desk-2", "desk-3")
MANY = 12


@pytest.fixture(scope="module")
def sealed() -> dict[str, list[Parcel]]:
    return {name: Elsewhere(name).parcels(MANY) for name in ORIGINS}


steps = st.lists(
    st.tuples(st.sampled_from(ORIGINS), st.integers(0, MANY), st.integers(0, MANY), st.booleans()),
    max_size=14,
)


@settings(max_examples=25)
@given(steps)
def test_any_split_repeat_and_interleaving_numbers_each_once(
    sealed: dict[str, list[Parcel]],
    tmp_path_factory: pytest.TempPathFactory,
    moves: list[tuple[str, int, int, bool]],
) -> None:
    folder = tmp_path_factory.mktemp("log")
    reached = dict.fromkeys(ORIGINS, 0)
    with counting_store(folder) as store:
        futures = []
        for name, start, length, waits in moves:
            part = sealed[name][start : start + length]
            fits = not part or start <= reached[name]
            if fits and part:
                reached[name] = max(reached[name], start + len(part))
            futures.append((fits, store.push(name, part)))
            if waits:
                store.append([counted("own")]).result(10)
        for fits, future in futures:
            assert isinstance(future.result(10), Accepted if fits else Gap)
        entries = store.read_after(0, 10_000)
        assert {name: store.pushed(name) for name in ORIGINS} == reached
    assert [n.gseq for n in entries] == list(range(1, len(entries) + 1))
    for name, last in reached.items():
        mine = [n.raw for n in entries if n.entry.origin == name]
        assert mine == [parcel.raw for parcel in sealed[name][:last]]
    assert verify(folder, Counting).problems == ()


def test_sorting_out_asks_the_log_only_for_what_it_needs() -> None:
    desk = Elsewhere()
    parcels = desk.parcels(3)
    entries = read_push(PushedBy(desk.name, tuple(parcels)))
    assert not isinstance(entries, Broken)

    def never(_: str) -> str:
        raise AssertionError("no hash was needed")

    found = sort_out(entries, parcels, End(), {}, never)
    assert isinstance(found, list)
    assert [fresh.entry.oseq for fresh in found] == [1, 2, 3]
    found = sort_out(entries, parcels, End(oseq=1), {1: parcels[0].raw}, never)
    assert isinstance(found, list)
    assert [fresh.entry.oseq for fresh in found] == [2, 3]
