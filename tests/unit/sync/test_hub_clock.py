"""The hub's time on a PC whose own clock may say anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.clock import DAY_MS, HOUR_MS, SECOND_MS, Clock
from app.sync.hub_clock import HELD_MS, HubClock

NOON = 1_767_240_000_000
TEN_YEARS = 3_652 * DAY_MS


class Machine:
    """A PC beside the true time: a wall clock that is off, a boot clock that drifts."""

    def __init__(self, wall_off: int = 0, drift_ppm: int = 0) -> None:
        self.true = NOON
        self.wall_off = wall_off
        self.drift_ppm = drift_ppm
        self._started = NOON - 77 * SECOND_MS
        self._starts = 1

    def now(self) -> int:
        return self.true + self.wall_off

    def boot(self) -> int:
        run = self.true - self._started
        return run + run * self.drift_ppm // 1_000_000

    @property
    def boot_id(self) -> str:
        return f"start-{self._starts}"

    def pass_ms(self, span: int) -> None:
        self.true += span

    def reboot(self) -> None:
        self._starts += 1
        self._started = self.true


def ask(clock: HubClock, machine: Machine, there: int = 5, back: int = 5) -> None:
    """One Ping and its Pong, with the way there and the way back."""
    sent = machine.boot()
    machine.pass_ms(there)
    said = machine.true
    machine.pass_ms(back)
    clock.heard(said, sent, machine.boot())


def test_before_any_contact_it_is_the_own_clock_and_claims_nothing() -> None:
    machine = Machine(wall_off=TEN_YEARS)
    clock: Clock = HubClock(machine)
    assert clock.now() == machine.now()
    hub_clock = HubClock(machine)
    assert not hub_clock.verified
    assert hub_clock.kept() == b""
    claim = hub_clock.claim()
    assert (claim.wall, claim.est_hub, claim.err) == (machine.now(), None, None)


@pytest.mark.parametrize("off", [TEN_YEARS, -TEN_YEARS])
def test_a_pc_ten_years_off_shows_the_hubs_time(off: int) -> None:
    machine = Machine(wall_off=off)
    clock = HubClock(machine)
    ask(clock, machine)
    assert clock.now() == machine.true
    assert clock.off_ms == -off
    assert clock.verified
    machine.pass_ms(8 * HOUR_MS)
    machine.wall_off += DAY_MS
    assert clock.now() == machine.true


def test_the_quickest_of_the_last_answers_counts() -> None:
    machine = Machine()
    clock = HubClock(machine)
    ask(clock, machine, there=2, back=2)
    ask(clock, machine, there=900, back=10)
    assert clock.now() == machine.true
    assert (clock.claim().err or 0) <= 3


def test_a_hub_whose_clock_was_set_is_followed_at_the_first_answer() -> None:
    machine = Machine()
    clock = HubClock(machine)
    for _ in range(8):
        ask(clock, machine)
    clock.heard(machine.true + HOUR_MS, machine.boot(), machine.boot())
    assert clock.now() == machine.true + HOUR_MS


def test_a_small_correction_back_is_waited_for() -> None:
    machine = Machine()
    clock = HubClock(machine)
    ask(clock, machine)
    shown = clock.now()
    clock.heard(shown - HELD_MS, machine.boot(), machine.boot())
    assert clock.now() == shown
    machine.pass_ms(HELD_MS - 1)
    assert clock.now() == shown
    machine.pass_ms(2)
    assert clock.now() == shown + 1


def test_a_great_correction_back_is_taken_at_once() -> None:
    machine = Machine(wall_off=TEN_YEARS)
    clock = HubClock(machine)
    wrong = clock.now()
    ask(clock, machine)
    assert clock.now() == machine.true < wrong


def test_a_restarted_program_knows_the_time_it_knew() -> None:
    machine = Machine(wall_off=-TEN_YEARS)
    first = HubClock(machine)
    ask(first, machine)
    machine.pass_ms(HOUR_MS)
    kept = first.kept()
    machine.pass_ms(HOUR_MS)
    machine.wall_off += DAY_MS
    again = HubClock(machine, kept)
    assert again.now() == machine.true
    assert again.verified
    assert again.claim().err is not None


def test_after_a_restart_of_the_machine_the_kept_offset_serves_and_is_unverified() -> None:
    machine = Machine(wall_off=-TEN_YEARS)
    first = HubClock(machine)
    ask(first, machine)
    kept = first.kept()
    machine.pass_ms(HOUR_MS)
    machine.reboot()
    again = HubClock(machine, kept)
    assert again.now() == machine.true
    assert not again.verified
    claim = again.claim()
    assert (claim.est_hub, claim.err) == (machine.true, None)
    # What is kept while unverified is what was certain, so that a second restart knows as much.
    assert HubClock(machine, again.kept()).now() == machine.true
    ask(again, machine)
    assert again.verified
    assert again.now() == machine.true


def test_a_wall_clock_that_lost_its_battery_does_not_turn_the_hubs_time_back() -> None:
    machine = Machine()
    first = HubClock(machine)
    ask(first, machine)
    last, kept = first.now(), first.kept()
    machine.pass_ms(HOUR_MS)
    machine.reboot()
    machine.wall_off = -TEN_YEARS
    assert HubClock(machine, kept).now() >= last


@pytest.mark.parametrize("kept", [None, b"", b"\xc1", b"\x93\x01\x02\x03", b"\x80"])
def test_what_cannot_be_read_is_as_nothing_kept(kept: bytes | None) -> None:
    machine = Machine()
    assert HubClock(machine, kept).now() == machine.now()


def test_an_answer_from_before_its_question_is_no_answer() -> None:
    machine = Machine()
    clock = HubClock(machine)
    clock.heard(NOON + DAY_MS, 10, 9)
    assert not clock.verified


ways = st.integers(min_value=0, max_value=400)
turns = st.lists(st.tuples(st.integers(min_value=0, max_value=60_000), ways, ways), min_size=1, max_size=40)


@given(
    wall_off=st.integers(min_value=-TEN_YEARS, max_value=TEN_YEARS),
    drift_ppm=st.integers(min_value=-90, max_value=90),
    turns=turns,
    cut_off=st.integers(min_value=0, max_value=3 * DAY_MS),
)
def test_the_claimed_error_holds_and_shown_time_never_runs_back(
    wall_off: int, drift_ppm: int, turns: list[tuple[int, int, int]], cut_off: int
) -> None:
    machine = Machine(wall_off, drift_ppm)
    clock = HubClock(machine)
    shown = 0
    for pause, there, back in [*turns, (cut_off, 0, 0)]:
        if clock.verified:
            for _ in range(3):
                machine.pass_ms(pause // 3)
                assert clock.now() >= shown
                shown = clock.now()
            claim = clock.claim()
            assert claim.est_hub is not None
            assert claim.err is not None
            # While a correction back is waited for, the shown time may be ahead by that much more.
            off = claim.est_hub - machine.true
            assert -claim.err - 2 <= off <= claim.err + HELD_MS
        ask(clock, machine, there, back)
        assert clock.verified


@given(turns=turns)
def test_the_guess_behind_the_shown_time_keeps_to_its_error(turns: list[tuple[int, int, int]]) -> None:
    machine = Machine(drift_ppm=60)
    clock = HubClock(machine)
    for pause, there, back in turns:
        ask(clock, machine, there, back)
        machine.pass_ms(pause)
        fresh = HubClock(machine, clock.kept())
        claim = fresh.claim()
        assert claim.est_hub is not None
        assert claim.err is not None
        assert abs(claim.est_hub - machine.true) <= claim.err + 2
