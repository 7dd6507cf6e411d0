"""Two hub processes over one database: one order, one vault, one clerk, and each reads what it wrote."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.base.clock import ManualClock
from app.base.errors import UsageError, WorldError
from app.log.entries import Entry, Parcel
from app.log.following.taking import Mismatch
from app.log.numbering.relaying import Relayed
from app.log.port import DIGEST_EVERY, Accepted, Broken, Duplicate, Forked, Gap, Stale
from app.log.postgres.hub import PgHub
from app.log.postgres.texts import indexed
from app.log.proving.verdicts import EID_TAKEN, SUBJECT_TAKEN
from app.log.proving.verify import verify
from app.log.safety.accounts import Accounts
from app.log.vault import Sealer
from tests.helpers.counting import NOON, Counting, Elsewhere, counted, counting_store, write
from tests.helpers.pg_hubs import pair, pg_hub, pushed, written
from tests.helpers.postgres import Cluster

pytestmark = pytest.mark.slow

SOON_S = 10


@pytest.fixture
def hubs(tmp_path: Path, url: str) -> Iterator[tuple[PgHub, PgHub]]:
    one, two = pair(tmp_path, url)
    with one, two:
        yield one, two


def same_log(one: PgHub, two: PgHub) -> list[str]:
    """The ids in order, which both must have alike, dense, and with one state."""
    assert one.fresh().result(SOON_S) == two.fresh().result(SOON_S)
    entries = one.read_after(0, 10_000)
    assert entries == two.read_after(0, 10_000)
    assert [entry.gseq for entry in entries] == list(range(1, len(entries) + 1))
    assert Counting().digest(one.reader()) == Counting().digest(two.reader())
    return [entry.entry.eid for entry in entries]


def test_what_is_written_can_be_read_at_once(hubs: tuple[PgHub, PgHub]) -> None:
    for number, hub in enumerate([*hubs, *hubs], 1):
        (entry,) = written(hub, counted("a", subjects=(f"idem:{number}",))).entries
        assert entry.gseq == number
        assert hub.get(entry.entry.eid) == entry
        assert hub.history("counter:a")[-1] == entry
        assert hub.by_unique(f"idem:{number}") == number
        assert entry.entry.origin == hub.origin
    assert len(same_log(*hubs)) == 4


def test_a_subject_that_may_stand_once_stands_once_at_all_hubs(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    written(one, counted("b"))
    written(one, counted("a", subjects=("ext:hotline:1",)))
    again = two.append([counted("a", subjects=("ext:hotline:1",))]).result(SOON_S)
    assert again == Duplicate(0, "ext:hotline:1", 2)
    # Who is told of an entry can read it: the caller answers with it.
    assert two.read_after(1, 1)[0].gseq == 2


def test_a_decision_on_old_news_is_stale_and_can_be_decided_anew(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    written(one, counted("a"))
    assert two.append([counted("a", base={"counter:a": 0})]).result(SOON_S) == Stale("counter:a", 1)
    assert two.history("counter:a")[-1].gseq == 1
    written(two, counted("a", base={"counter:a": 1}))
    assert one.append([counted("a", base={"counter:a": 1})], expect_base=False).result(SOON_S)
    assert len(same_log(one, two)) == 3


def test_one_desk_at_two_hubs_is_numbered_once(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    desk = Elsewhere()
    parcels = desk.parcels(30)
    futures = [hub.push(desk.name, parcels[:size]) for size in (10, 30, 20) for hub in (one, two)]
    for future in futures:
        assert isinstance(future.result(SOON_S), Accepted)
    assert (one.pushed(desk.name), two.pushed(desk.name)) == (30, 30)
    assert len(same_log(one, two)) == 30


def test_a_desk_that_changes_hubs_goes_on_where_it_was(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    desk = Elsewhere()
    parcels = desk.parcels(12)
    for number, parcel in enumerate(parcels):
        pushed(hubs[number % 2], desk.name, [parcel])
    assert two.push(desk.name, parcels[:1]).result(SOON_S) == Accepted(12, 12)
    assert one.push(desk.name, [Elsewhere().seal(counted("z"))]).result(SOON_S) == Forked(1)
    assert len(same_log(one, two)) == 12


def test_what_is_no_push_is_told_and_nothing_numbered(hubs: tuple[PgHub, PgHub]) -> None:
    one, _ = hubs
    desk = Elsewhere()
    desk.parcels(2)
    assert one.push(desk.name, [desk.seal(counted("a"))]).result(SOON_S) == Gap(1)
    assert one.push(desk.name, [Parcel(b"{}")]).result(SOON_S) == Broken(0, "unreadable")
    assert one.push(one.origin, Elsewhere(one.origin).parcels(1)).result(SOON_S) == Broken(1, "origin")
    with pytest.raises(UsageError):
        one.push(desk.name, [Parcel(b"")] * 1_001)
    assert one.fresh().result(SOON_S).gseq == 0


def test_what_breaks_a_rule_is_numbered_with_a_verdict(tmp_path: Path, url: str) -> None:
    def judge(entry: Entry) -> str:
        return "not_permitted" if "bad" in entry.subjects else ""

    with pg_hub(tmp_path / "hub", url, judge=judge) as hub:
        desk, other = Elsewhere(), Elsewhere("desk-2")
        first = counted("a", subjects=("ext:x:1",))
        pushed(hub, desk.name, [desk.seal(first), desk.seal(counted("b", subjects=("bad",)))])
        pushed(hub, other.name, [other.seal(counted("c", subjects=("ext:x:1",))), other.seal(first)])
        hub.fresh().result(SOON_S)
        verdicts = [entry.verdict for entry in hub.read_after(0, 9)]
        assert verdicts == ["", "not_permitted", SUBJECT_TAKEN, EID_TAKEN]
        # And nothing behind them is held up.
        assert written(hub, counted("d")).entries[0].gseq == 5


def test_the_judge_knows_what_another_hub_numbered_before(tmp_path: Path, url: str) -> None:
    """A desk that was granted something at one hub may use it at another at once."""
    one = pg_hub(tmp_path / "one", url)
    seen: list[int] = []

    def judge(_entry: Entry) -> str:
        seen.append(len(two.history("counter:grant")))
        return ""

    two = pg_hub(tmp_path / "two", url, judge=judge, key_of=tmp_path / "one")
    with one, two:
        for number in range(5):
            written(one, counted("grant"))
            pushed(two, f"desk-{number}", Elsewhere(f"desk-{number}").parcels(1))
    assert seen == [1, 2, 3, 4, 5]


def test_odd_subjects_do_not_stop_a_desk(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    odd = ("x\0y", "ext:" + "长" * 4_000, "idem:\0", "z" * 100_000)
    desk, other = Elsewhere(), Elsewhere("desk-2")
    pushed(one, desk.name, [desk.seal(counted("a", subjects=odd)), desk.seal(counted("b"))])
    pushed(two, other.name, [other.seal(counted("c", subjects=odd[1:2])), other.seal(counted("d"))])
    two.fresh().result(SOON_S)
    assert [entry.verdict for entry in two.read_after(0, 9)] == ["", "", SUBJECT_TAKEN, ""]
    assert len(two.history(odd[0])) == 1


def test_subjects_that_differ_stay_different() -> None:
    texts = ["a", "a\0", "a" * 600, "a" * 601, "好" * 170, "好" * 160, "\x01sha256:"]
    assert len({indexed(text) for text in texts}) == len(texts)
    assert [indexed(text) for text in texts if text == indexed(text)] == ["a", "好" * 160, "\x01sha256:"]


def test_the_vault_is_one_and_erasure_is_for_all(
    hubs: tuple[PgHub, PgHub], url: str, server: Cluster
) -> None:
    one, two = hubs
    sealed, secret = Sealer().seal("case-1", "phone", "13812345678", "138****5678")
    _, later = Sealer().seal("case-1", "name", "张三", "张*")
    written(one, counted("a", secrets=(secret,)))
    desk = Elsewhere()
    pushed(two, desk.name, [desk.seal(counted(later.ref, secrets=(later,)))])
    assert two.vault.read(sealed.ref) == "13812345678"
    assert one.secrets([later.ref, secret.ref, "nowhere"]) == [later, secret]
    with server.connect(url) as there:
        for row in there.execute("SELECT cipher, wrapped FROM vault JOIN vault_key USING (case_id)"):
            assert b"13812345678" not in b"".join(row)
    assert one.vault.erase("case-1").result(SOON_S) == 2
    assert two.vault.read(sealed.ref) is None
    assert two.secrets([later.ref]) == []


def test_a_second_value_for_a_reference_changes_nothing(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    _, secret = Sealer().seal("case-1", "phone", "13812345678", "138****5678")
    written(one, counted("a", secrets=(secret,)))
    forged = type(secret)(secret.ref, "case-2", "phone", "forged", b"salt")
    long = type(secret)("r" * 3_000, "case-2", "phone", "x", b"salt")
    desk = Elsewhere()
    pushed(two, desk.name, [desk.seal(counted(secret.ref + long.ref, secrets=(forged, long)))])
    assert one.vault.read(secret.ref) == "13812345678"
    assert one.secrets([long.ref]) == []


def test_states_are_compared_at_marked_numbers(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    for _ in range(3):
        written(one, *[counted("abc"[number % 3]) for number in range(200)])
    two.fresh().result(SOON_S)
    assert one.digest_at(DIGEST_EVERY) == two.digest_at(DIGEST_EVERY) is not None
    assert one.digest_at(DIGEST_EVERY + 1) is None


def test_the_hubs_time_never_runs_backwards(tmp_path: Path, url: str) -> None:
    ahead = ManualClock(NOON + 60_000)
    one = pg_hub(tmp_path / "one", url, clock=ahead)
    two = pg_hub(tmp_path / "two", url, key_of=tmp_path / "one")
    with one, two:
        times = [written(hub, counted("a")).entries[0].hub_time for hub in (two, one, two)]
        desk = Elsewhere()
        pushed(two, desk.name, [desk.seal(counted("a"), est_hub=NOON)])
        two.fresh().result(SOON_S)
        last = two.read_after(3, 1)[0]
    assert times == [NOON, NOON + 60_000, NOON + 60_000]
    assert (last.hub_time, last.at) == (NOON + 60_000, NOON)


def test_one_clerk_works_and_another_when_it_leaves(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    one.fresh().result(SOON_S), two.fresh().result(SOON_S)
    first, second = (one, two) if one.clerk_leader() else (two, one)
    assert (first.clerk_leader(), second.clerk_leader()) == (True, False)
    first.close()
    until = time.monotonic() + SOON_S
    while not second.clerk_leader():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert not first.clerk_leader()


def test_one_at_a_time_founds_a_hall(hubs: tuple[PgHub, PgHub]) -> None:
    founded: list[str] = []

    def found(hub: PgHub) -> None:
        with hub.alone():
            if not hub.history("counter:hall"):
                founded.append(written(hub, counted("hall")).entries[0].entry.eid)

    threads = [threading.Thread(target=found, args=(hub,)) for hub in (*hubs, *hubs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)
    assert same_log(*hubs) == founded
    assert len(founded) == 1


def test_sign_in_and_enrolment_lie_on_the_server(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    Accounts(one.safe).set_password("op-1", "verifier", NOON, must_change=True)
    found = Accounts(two.safe).get("op-1")
    assert found is not None
    assert (found.verifier, found.must_change) == ("verifier", True)
    assert Accounts(two.safe).set_totp("op-1", b"secret")
    again = Accounts(one.safe).get("op-1")
    assert again is not None
    assert again.totp == b"secret"


def test_other_work_that_fails_leaves_nothing(hubs: tuple[PgHub, PgHub]) -> None:
    one, _ = hubs

    def work(connection: object) -> int:
        connection.exec_driver_sql("DELETE FROM meta")  # type: ignore[attr-defined]
        raise ArithmeticError("a bug")

    with pytest.raises(ArithmeticError):
        one.safe.write(work).result(SOON_S)
    written(one, counted("a"))
    assert one.safe.reader().exec_driver_sql("SELECT count(*) FROM meta").scalar()


def test_an_entry_that_is_too_big_is_refused_alone(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = hubs
    big = one.append([counted("x" * 1_100_000)])
    good = one.append([counted("a")])
    with pytest.raises(UsageError):
        big.result(SOON_S)
    assert good.result(SOON_S)
    assert len(same_log(one, two)) == 1


def test_after_the_end_nothing_is_taken(tmp_path: Path, url: str) -> None:
    hub = pg_hub(tmp_path / "hub", url)
    written(hub, counted("a"))
    hub.close()
    hub.close()
    with pytest.raises(WorldError) as caught:
        hub.append([counted("a")]).result(SOON_S)
    assert caught.value.key == "log_closed"
    with pytest.raises(WorldError):
        hub.fresh().result(SOON_S)
    report = verify(tmp_path / "hub", Counting)
    assert (report.problems, report.entries, report.folded) == ((), 1, True)


def test_a_lower_hubs_log_is_taken_in_once(hubs: tuple[PgHub, PgHub], tmp_path: Path) -> None:
    one, two = hubs
    with counting_store(tmp_path / "lower") as lower:
        for number in range(5):
            write(lower, counted("abc"[number % 3], subjects=(f"ext:hotline:{number}",)))
        lines, stream = lower.read_after(0, 10), lower.head().stream
    written(one, counted("a", subjects=("ext:hotline:1",)))
    assert one.relay("lower", stream, lines[:3]).result(SOON_S) == Relayed(3)
    assert two.relay("lower", stream, lines).result(SOON_S) == Relayed(5)
    assert (one.relayed(stream).gseq, two.relayed(stream).hash) == (5, lines[-1].hash)
    bad = two.relay("lower", stream, [replace(lines[4], gseq=6)]).result(SOON_S)
    assert isinstance(bad, Mismatch)
    same_log(one, two)
    taken = two.read_after(1, 10)
    assert [(line.home, line.home_gseq, line.verdict) for line in taken] == [
        (stream, number, "") for number in range(1, 6)
    ]
