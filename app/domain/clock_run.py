"""What happened to one clock of a case: facts only, from which its due time is worked out anew each time."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant

STANDING_REASONS = frozenset({"merged", "check"})
"""Pauses that stop urgent clocks too: a merged case has no work of its own, nor has a unit in check."""


class Pause(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch in which the clock stands; `until` is None while it lasts."""

    since: Instant
    until: Instant | None
    reason: str


class Replaced(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """At `at` the due time was replaced by `due_at` (an approved extension)."""

    at: Instant
    due_at: Instant
    reason: str


class ClockRun(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One run of a clock, from its start to its stop; `stopped_at` is None while it runs.

    Pauses may overlap; `replaced` stands in the order of the log, the last one is in force.
    """

    clock: str
    started_at: Instant
    stopped_at: Instant | None = None
    pauses: tuple[Pause, ...] = ()
    replaced: tuple[Replaced, ...] = ()


class Stretch(msgspec.Struct, frozen=True, gc=False):
    """Standing time with overlaps merged; `open` while it lasts, then `until` is the latest known fact."""

    since: Instant
    until: Instant
    reasons: tuple[str, ...]
    open: bool

    def within(self, since: Instant, until: Instant | None) -> Stretch | None:
        """The part of it in [since, until); None when there is none."""
        begin = max(self.since, since)
        end = self.until if until is None else min(self.until, until)
        here = end > begin or (self.open and end == begin)
        return Stretch(begin, end, self.reasons, self.open and until is None) if here else None


def latest_fact(run: ClockRun) -> Instant:
    """The last instant that the facts of this run speak of."""
    known = [run.started_at, *(r.at for r in run.replaced)]
    known.extend(pause.since if pause.until is None else pause.until for pause in run.pauses)
    return max(known)


def stretches(run: ClockRun, *, urgent: bool) -> tuple[Stretch, ...]:
    """The pauses of a run as a union, inside its start and stop: no moment is counted twice.

    Urgent runs keep only STANDING_REASONS. A pause that still lasts counts up to the latest known fact, so
    that the result does not depend on the present.
    """
    pauses = [p for p in run.pauses if not urgent or p.reason in STANDING_REASONS]
    if not pauses:
        return ()
    stop = run.stopped_at
    known = latest_fact(run) if stop is None else stop
    merged: list[Stretch] = []
    for pause in sorted(pauses, key=lambda p: p.since):
        since = max(pause.since, run.started_at)
        until = known if pause.until is None else pause.until
        if stop is not None:
            until = min(until, stop)
        if until < since:
            continue
        lasts = pause.until is None and stop is None
        if merged and since <= merged[-1].until:
            last = merged.pop()
            reasons = last.reasons if pause.reason in last.reasons else (*last.reasons, pause.reason)
            merged.append(Stretch(last.since, max(last.until, until), reasons, last.open or lasts))
        else:
            merged.append(Stretch(since, until, (pause.reason,), lasts))
    return tuple(merged)
