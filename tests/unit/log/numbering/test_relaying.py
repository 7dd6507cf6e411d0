"""What a lower hub passes up is numbered once, as it stands at home; what is not its next line is refused."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.base.clock import ManualClock
from app.log.entries import Numbered
from app.log.following.taking import Mismatch, Taken
from app.log.numbering.relaying import Relayed
from app.log.proving.verdicts import EID_TAKEN, FOLD_FAILED, SUBJECT_TAKEN
from app.log.proving.verify import verify
from app.log.store import Store
from tests.helpers.counting import NOON, POISON, Counting, Elsewhere, counted, counting_store, push, write
from tests.helpers.replicas import join, replica_in

HOUR = 3_600_000


def stream_of(store: Store) -> str:
    return store.head().stream


def lines_of(store: Store) -> list[Numbered]:
    return store.read_after(0, 1_000)


def relay(lower: Store, upper: Store, after: int = 0, limit: int = 1_000) -> Relayed | Mismatch:
    return upper.relay(lower.origin, stream_of(lower), lower.read_after(after, limit)).result(10)


def test_lines_keep_bytes_time_and_verdict_and_get_a_number_of_their_own(tmp_path: Path) -> None:
    # The lower hub's clock is an hour ahead: its effective times stay what they are at home.
    clock = ManualClock(NOON + HOUR)
    with (
        counting_store(tmp_path / "lower", clock=clock) as lower,
        counting_store(tmp_path / "upper") as upper,
    ):
        desk = Elsewhere()
        write(lower, counted("a", subjects=("ext:hotline:1", "incident:i1")))
        push(lower, desk.name, desk.seal(counted("b", subjects=("ext:hotline:1",)), est_hub=NOON + 60_000))
        write(upper, counted("u", subjects=("ext:hotline:1",)))
        assert relay(lower, upper) == Relayed(2)
        below, here = lines_of(lower), lines_of(upper)[1:]
        assert below[1].verdict == SUBJECT_TAKEN
        assert [(n.gseq, n.home, n.home_gseq) for n in here] == [
            (2, stream_of(lower), 1),
            (3, stream_of(lower), 2),
        ]
        assert [(n.raw, n.at, n.verdict) for n in here] == [(n.raw, n.at, n.verdict) for n in below]
        assert here[0].at > here[0].hub_time
        # The same number of a source stands at both hubs, each hub's own.
        assert upper.by_unique("ext:hotline:1") == 1
        assert [n.gseq for n in upper.history("incident:i1")] == [2]
        assert upper.relayed(stream_of(lower)).gseq == 2
        assert upper.relayed(stream_of(lower)).device == lower.origin
    assert verify(tmp_path / "upper", Counting).problems == ()
    with counting_store(tmp_path / "upper", Counting(version=2)) as upper:
        assert upper.relayed(stream_of(upper)).gseq == 0
        counts = dict(upper.reader().exec_driver_sql("SELECT name, count FROM counter").all())
        assert counts == {"a": 1, "u": 1}


def test_a_repeat_is_harmless_and_a_relay_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    with counting_store(tmp_path / "lower") as lower, counting_store(tmp_path / "upper") as upper:
        for _ in range(6):
            write(lower, counted("a"))
        assert relay(lower, upper, limit=3) == Relayed(3)
        assert relay(lower, upper, limit=2) == Relayed(3)
        assert relay(lower, upper, after=1) == Relayed(6)
        assert relay(lower, upper) == Relayed(6)
        assert upper.relay(lower.origin, stream_of(lower), ()).result(10) == Relayed(6)
        assert len(lines_of(upper)) == 6


def test_what_is_not_the_next_line_is_refused_whole(tmp_path: Path) -> None:
    with (
        counting_store(tmp_path / "lower") as lower,
        counting_store(tmp_path / "other") as other,
        counting_store(tmp_path / "upper") as upper,
    ):
        for _ in range(4):
            write(lower, counted("a"))
            write(other, counted("b"))
        mine, theirs = lines_of(lower), lines_of(other)
        name = stream_of(lower)

        def refused(*lines: Numbered) -> str:
            outcome = upper.relay(lower.origin, name, lines).result(10)
            assert isinstance(outcome, Mismatch)
            return outcome.rule

        assert refused(*mine[1:]) == "number"
        assert refused(mine[0], mine[2]) == "number"
        assert refused(*theirs) == "stream"
        assert refused(mine[0], replace(mine[1], at=mine[1].at - 1)) == "hash"
        assert refused(mine[0], replace(mine[1], verdict="made_up")) == "hash"
        assert refused(mine[0], replace(mine[1], raw=theirs[1].raw, entry=theirs[1].entry)) == "hash"
        assert refused(replace(mine[0], raw=b" " * 2_000_000)) == "too_big"
        assert lines_of(upper) == []
        assert relay(lower, upper) == Relayed(4)


def test_what_went_up_and_down_and_up_again_is_not_numbered_again(tmp_path: Path) -> None:
    """Two hubs that name one another as upper: each keeps its own entries once, and so it ends."""
    with counting_store(tmp_path / "a") as a, counting_store(tmp_path / "b") as b:
        write(a, counted("a"))
        write(b, counted("b"))
        for _ in range(4):
            assert isinstance(relay(a, b), Relayed)
            assert isinstance(relay(b, a), Relayed)
        assert [n.home for n in lines_of(a)] == ["", stream_of(b)]
        assert [n.home for n in lines_of(b)] == ["", stream_of(a)]


def test_three_levels_keep_the_home_of_the_lowest(tmp_path: Path) -> None:
    with (
        counting_store(tmp_path / "low") as low,
        counting_store(tmp_path / "mid") as mid,
        counting_store(tmp_path / "top") as top,
    ):
        write(mid, counted("m"))
        write(low, counted("l"), counted("l"))
        relay(low, mid)
        assert relay(mid, top) == Relayed(3)
        homes = [(n.home, n.home_gseq) for n in lines_of(top)]
        assert homes == [(stream_of(mid), 1), (stream_of(low), 1), (stream_of(low), 2)]
        # The lowest speaks to the top itself from now on: what came by the middle is there already.
        write(low, counted("l"))
        assert relay(low, top) == Relayed(3)
        assert [n.home_gseq for n in lines_of(top)[3:]] == [3]
        relay(low, mid)
        assert relay(mid, top) == Relayed(4)
        assert len(lines_of(top)) == 4
    assert verify(tmp_path / "top", Counting).problems == ()


def test_an_id_that_stands_here_and_a_body_nobody_can_fold_get_a_verdict(tmp_path: Path) -> None:
    with counting_store(tmp_path / "lower") as lower, counting_store(tmp_path / "upper") as upper:
        draft = counted("u")
        write(upper, draft)
        write(lower, replace(draft, body=draft.body))
        # The lower hub's program can fold it, this one cannot.
        lower_lines = lines_of(lower)
        assert relay(lower, upper) == Relayed(1)
        assert lines_of(upper)[1].verdict == EID_TAKEN
        assert lines_of(upper)[1].raw == lower_lines[0].raw


def test_a_line_that_cannot_be_folded_here_does_not_hold_up_those_behind_it(tmp_path: Path) -> None:
    class Blind(Counting):
        """A lower hub of another version: it folds what the upper hub's program trips over."""

        def fold(self, connection: object, entries: object, pending: object = ()) -> None:
            return None

    with counting_store(tmp_path / "lower", Blind()) as lower, counting_store(tmp_path / "upper") as upper:
        write(lower, counted("a"), counted(POISON), counted("b"))
        assert relay(lower, upper) == Relayed(3)
        assert [n.verdict for n in lines_of(upper)] == ["", FOLD_FAILED, ""]
        write(lower, counted("c"))
        assert relay(lower, upper, after=3) == Relayed(4)


def test_desks_of_the_upper_hub_hold_the_lower_ones_entries_too(tmp_path: Path) -> None:
    clock = ManualClock(NOON + HOUR)
    with (
        counting_store(tmp_path / "lower", clock=clock) as lower,
        counting_store(tmp_path / "upper") as upper,
        replica_in(tmp_path / "desk", Counting()) as desk,
    ):
        write(lower, counted("a", subjects=("ext:hotline:1", "incident:i1")))
        write(upper, counted("u", subjects=("ext:hotline:1",)))
        relay(lower, upper)
        join(upper, desk)
        assert isinstance(desk.take(lines_of(upper)).result(10), Taken)
        assert desk.read_after(0, 10) == lines_of(upper)
        assert [n.home for n in desk.history("incident:i1")] == [stream_of(lower)]
        assert desk.by_unique("ext:hotline:1") == 1
    assert verify(tmp_path / "desk", Counting).problems == ()
