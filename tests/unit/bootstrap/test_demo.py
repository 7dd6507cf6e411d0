"""The demo hall: made once, kept, gone on with, and never in the place of anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.base import paths
from app.base.clock import DAY_MS, HOUR_MS, Instant, ManualClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.bootstrap import demo as demos
from app.bootstrap import demo_folder
from app.bootstrap.clock_check import check_clock
from app.bootstrap.demo import Demo, open_demo
from app.bootstrap.opening import open_hall
from app.bootstrap.steps import Step
from tests.helpers.halls import MONDAY_9

LANGUAGE = load_language("zh", paths.languages())


class StopError(Exception):
    """What a person's stop does to the opening."""


@pytest.fixture(autouse=True)
def a_day_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demos, "HISTORY_DAYS", {"county": 1})


def make(folder: Path | None, seed: int = 1, now: Instant = MONDAY_9, told: list[Step] | None = None) -> Demo:
    return open_demo(
        folder,
        seed=seed,
        scale="county",
        language=LANGUAGE,
        clock=ManualClock(now),
        told=(told if told is not None else []).append,
    )


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of a demo that was made and closed."""
    folder = tmp_path / "demo"
    made = make(folder)
    made.hall.close()
    touch(folder, MONDAY_9)
    return folder


def touch(folder: Path, at: Instant) -> None:
    """As if it had last been used at that time."""
    for name in ("muster.db", "muster.db-wal"):
        if (folder / name).exists():
            os.utime(folder / name, (at / 1000, at / 1000))


def test_a_new_demo_is_marked_has_a_past_and_ends_now(tmp_path: Path) -> None:
    told: list[Step] = []
    made = make(tmp_path / "demo", told=told)
    founded = made.hall.reading.hall.founded
    assert founded is not None
    assert (made.hall.store.mark, founded.mark) == ("demo", "demo")
    entries = made.hall.store.read_after(0, 100_000)
    cases = [n for n in entries if n.entry.kind == "report_received"]
    assert len(cases) > 10
    assert MONDAY_9 - DAY_MS <= cases[0].at < MONDAY_9 - 12 * HOUR_MS
    assert max(n.at for n in entries) <= MONDAY_9
    assert made.hall.clock.now() == MONDAY_9
    assert (told[-1].stage, told[-1].at) == ("past", MONDAY_9)
    made.hall.close()


def test_a_kept_demo_is_gone_on_with(kept: Path) -> None:
    told: list[Step] = []
    made = make(kept, now=MONDAY_9 + 6 * HOUR_MS, told=told)
    before = [n for n in made.hall.store.read_after(0, 100_000) if n.at <= MONDAY_9]
    assert {step.stage for step in told} == {"catching_up"}
    assert made.hall.store.head().gseq > len(before) > 10
    assert made.hall.clock.now() == MONDAY_9 + 6 * HOUR_MS
    made.hall.close()


def test_a_clock_set_back_only_waits(kept: Path) -> None:
    told: list[Step] = []
    made = make(kept, now=MONDAY_9 - DAY_MS, told=told)
    assert told == []
    made.hall.close()


def test_life_goes_on_in_the_present(kept: Path) -> None:
    made = make(kept)
    before = made.hall.store.head().gseq
    for minute in range(1, 30):
        made.live.step(MONDAY_9 + minute * 60_000)
    assert made.hall.store.head().gseq > before
    made.hall.close()


def origin(folder: Path) -> str:
    with open_hall(folder, ManualClock(MONDAY_9), language=LANGUAGE) as hall:
        return hall.store.origin


def test_another_demo_in_a_named_folder_is_refused_and_stays(kept: Path) -> None:
    before = origin(kept)
    with pytest.raises(WorldError) as failed:
        make(kept, seed=2)
    assert failed.value.key == "demo_differs"
    assert "\n" not in LANGUAGE.error(failed.value)
    assert origin(kept) == before


def test_another_demo_in_the_programs_own_folder_gives_way(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = origin(kept)
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(demos, "demo_folder", lambda: kept)
    made = make(None, seed=2)
    assert made.hall.store.origin != before
    made.hall.close()
    assert (kept / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_demo_in_use_does_not_give_way(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demos, "demo_folder", lambda: kept)
    open_one = make(kept)
    with pytest.raises(WorldError) as failed:
        make(None, seed=2)
    assert failed.value.key == "folder_in_use"
    assert open_one.hall.store.head().gseq > 10
    open_one.hall.close()


def test_what_no_demo_made_is_never_touched(tmp_path: Path) -> None:
    folder = tmp_path / "hall"
    with open_hall(folder, ManualClock(MONDAY_9), language=LANGUAGE, mark="drill") as hall:
        before = hall.store.origin
    with pytest.raises(WorldError) as failed:
        make(folder)
    assert failed.value.key == "demo_not_ours"
    assert origin(folder) == before


def test_a_making_that_was_stopped_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    def stop(step: Step) -> None:
        if step.stage == "past" and step.done > 3:
            raise StopError

    with pytest.raises(StopError):
        open_demo(folder, seed=1, scale="county", language=LANGUAGE, clock=ManualClock(MONDAY_9), told=stop)
    half = origin(folder)
    made = make(folder)
    assert made.hall.store.origin != half
    made.hall.close()


def test_a_demo_nobody_opened_for_long_is_made_anew(kept: Path) -> None:
    before = origin(kept)
    touch(kept, MONDAY_9)
    made = make(kept, now=MONDAY_9 + (demo_folder.KEPT_DAYS + 1) * DAY_MS)
    assert made.hall.store.origin != before
    made.hall.close()


@pytest.mark.parametrize("now", [0, 915_000_000_000, 4_200_000_000_000])
def test_a_clock_no_calendar_knows_is_told(now: Instant) -> None:
    with pytest.raises(WorldError) as failed:
        check_clock(ManualClock(now))
    assert failed.value.key == "time_out_of_calendar"
    for code in ("zh", "en"):
        line = load_language(code, paths.languages()).error(failed.value)
        assert "2000" in line
        assert "\n" not in line


def test_an_ordinary_clock_passes() -> None:
    check_clock(ManualClock(MONDAY_9))
