"""The clock that plays back what was laid on it."""

from __future__ import annotations

from app.base.clock import ManualClock
from app.drill.tape import Reading, Tape, read


def test_shows_the_past_then_the_present() -> None:
    live = ManualClock(9_000, boot_id="pc")
    tape = Tape(live, 1_000)
    tape.past.advance(50)
    assert read(tape) == Reading(1_050, 50, "history")
    tape.go_live()
    live.advance(5)
    assert read(tape) == Reading(9_005, 5, "pc")


def test_laid_readings_go_first_one_for_each_look_at_the_time() -> None:
    tape = Tape(ManualClock(9_000), 1_000)
    tape.lay([Reading(100, 1, "a"), Reading(200, 2, "b")])
    assert (tape.now(), tape.boot(), tape.boot_id) == (100, 1, "a")
    assert (tape.boot(), tape.boot_id) == (1, "a")
    assert (tape.now(), tape.boot(), tape.boot_id) == (200, 2, "b")
    assert (tape.now(), tape.boot_id) == (1_000, "history")
