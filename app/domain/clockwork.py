"""Starting, stopping and pausing the clocks of a case: the ledger of runs, without any present."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from app.base.clock import Instant
from app.domain.deadline import ClockRun, Pause, Replaced
from app.domain.workflow import ALL_CLOCKS

Runs = tuple[ClockRun, ...]

OUTLIVE_ALL = ("total", "promise")
"""The clocks that "stop all" leaves running: the whole elapsed time, and what was promised to a reporter."""

MERGED = "merged"
"""Reason of a pause: while a case is merged into another its own clocks stand, urgent or not."""

CLOSED = "closed"
"""Reason of a pause: the time a case lay closed before it was taken up again."""


def running(runs: Runs, clock: str) -> ClockRun | None:
    """The run of `clock` that has not stopped, or None."""
    for run in reversed(runs):
        if run.clock == clock and run.stopped_at is None:
            return run
    return None


def first_run(runs: Runs, clock: str, since: Instant | None = None) -> ClockRun | None:
    """The first run of `clock`, or the first that started at `since` or later."""
    for run in runs:
        if run.clock == clock and (since is None or run.started_at >= since):
            return run
    return None


def start(runs: Runs, clocks: Iterable[str], at: Instant) -> Runs:
    """Start each clock that is not running."""
    for clock in clocks:
        if running(runs, clock) is None:
            runs = (*runs, ClockRun(clock, at))
    return runs


def stop(runs: Runs, clocks: Collection[str], at: Instant) -> Runs:
    """Stop the named clocks; `all` stands for every one but OUTLIVE_ALL. An open pause ends with its run.

    `at` may lie before the start when a desk that was cut off tells late: the run then has no length.
    """
    everything = ALL_CLOCKS in clocks
    stopped = False
    after = []
    for run in runs:
        if run.stopped_at is None and (run.clock in clocks or (everything and run.clock not in OUTLIVE_ALL)):
            run = replace(_end_pause(run, at), stopped_at=max(at, run.started_at))
            stopped = True
        after.append(run)
    return tuple(after) if stopped else runs


def pause(runs: Runs, clocks: Iterable[str], at: Instant, reason: str) -> Runs:
    """Open a pause on the named running clocks; one that is paused already stays so and is not counted
    twice."""
    named = frozenset(clocks)
    if not named:
        return runs
    return tuple(
        replace(run, pauses=(*run.pauses, Pause(at, None, reason)))
        if run.stopped_at is None and run.clock in named and not is_paused(run)
        else run
        for run in runs
    )


def resume(runs: Runs, clocks: Iterable[str], at: Instant) -> Runs:
    """End the pause of each named clock; a named one that was stopped runs on, the time between as a pause.

    `all` ends pauses only.
    """
    named = frozenset(clocks)
    if not named:
        return runs
    runs = tuple(
        _end_pause(run, at) if run.stopped_at is None and (run.clock in named or ALL_CLOCKS in named) else run
        for run in runs
    )
    stopped = {
        place: run.stopped_at
        for place, run in enumerate(runs)
        if run.clock in named and run.stopped_at is not None and run is _last_run(runs, run.clock)
    }
    return tuple(
        run
        if (since := stopped.get(place)) is None
        else replace(run, stopped_at=None, pauses=(*run.pauses, Pause(since, max(at, since), CLOSED)))
        for place, run in enumerate(runs)
    )


def _last_run(runs: Runs, clock: str) -> ClockRun | None:
    return next((run for run in reversed(runs) if run.clock == clock), None)


def replace_due(runs: Runs, clock: str, at: Instant, due_at: Instant, reason: str) -> Runs:
    """Give the running `clock` another due time; the old one stays in the ledger."""
    target = running(runs, clock)
    return tuple(
        replace(run, replaced=(*run.replaced, Replaced(at, due_at, reason))) if run is target else run
        for run in runs
    )


def take_back_due(runs: Runs, clock: str, reason: str) -> Runs:
    """Undo the last replacement for this reason of the due time of the running `clock`; the one before it is
    in force again."""
    target = running(runs, clock)
    if target is None:
        return runs
    last = next((r for r in reversed(target.replaced) if r.reason == reason), None)
    left = tuple(r for r in target.replaced if r is not last)
    return tuple(replace(run, replaced=left) if run is target else run for run in runs)


def pause_all(runs: Runs, at: Instant, reason: str) -> Runs:
    """Pause every running clock that "stop all" would stop."""
    return pause(runs, {r.clock for r in runs if r.clock not in OUTLIVE_ALL}, at, reason)


def is_paused(run: ClockRun) -> bool:
    return bool(run.pauses) and run.pauses[-1].until is None


def _end_pause(run: ClockRun, at: Instant) -> ClockRun:
    if not is_paused(run):
        return run
    last = run.pauses[-1]
    return replace(run, pauses=(*run.pauses[:-1], Pause(last.since, max(at, last.since), last.reason)))
