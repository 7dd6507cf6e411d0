"""When a step is taken: delays by the habits, parts of limits by the SLA, in working hours."""

from __future__ import annotations

from app.base.clock import MINUTE_MS, Instant
from app.domain import clockwork, timing
from app.domain.order import Order
from app.domain.responsibility import unit_department
from app.domain.rulebook import MILESTONES
from app.drill.habits import Habits
from app.drill.life import Scene, Wish

PARTS = {
    "early": 0.1,
    "ask_consultation": 0.15,
    "ask_coop": 0.2,
    "wait_for_party": 0.25,
    "ask_hold": 0.3,
    "progress": 0.5,
    "ask_extension": 0.75,
    "feedback": 1.0,
}
"""Where in the unit's work a step lies: 1 is its end."""

ASKED_IN_TIME = 0.9
"""What must be asked for before the due time is asked for by this part of the limit."""

OF_CLOCK = {
    "sign": ("sign", 0.05, 0.6),
    "sign_late": ("sign", 1.02, 1.3),
    "sign_never": ("sign", 1.2, 1.8),
    "contact": ("first_contact", 0.05, 0.6),
    "contact_late": ("first_contact", 1.05, 2.0),
}
"""Which clock's limit a step goes by, and which parts of it; what is signed too late is signed by time-out
meanwhile where a clerk keeps the clocks."""

OF_PACE = (0.7, 1.0)
"""Parts of the case's own pace that a milestone takes: who is slow is slow throughout."""

RETURN_PART = (0.1, 0.6)
"""Parts of the return window."""

STEP_MS = MINUTE_MS
"""What follows at once takes a minute all the same."""


class Pace:
    """Turns wishes into instants. `live`: nobody sleeps and office hours do not count, so that a demo shows a
    hall at work at night too."""

    def __init__(self, habits: Habits, *, live: bool = False) -> None:
        self._habits = habits
        self.live = live

    def wait_ms(self, wish: Wish, scene: Scene) -> int:
        """How long after now the step is taken, in ms of the hall's time."""
        at = self._at(wish, scene)
        return max(STEP_MS if at is None else at - scene.now, 0)

    def _at(self, wish: Wish, scene: Scene) -> Instant | None:
        pace, order = wish.pace, scene.incident.order(wish.order)
        if pace in PARTS and order is not None:
            return self._part_of_work(wish, scene, order)
        if pace in MILESTONES:
            return self._milestone(wish, scene)
        if pace in OF_CLOCK and order is not None:
            return self._of_clock(wish, scene, order)
        if pace == "return" and order is not None:
            return _in_window(scene, order)
        if pace in ("urge", "supervise"):
            due_at = timing.working_due(scene.book, scene.incident, scene.incident.lead)
            return max(scene.now, due_at or scene.now) + self._delay(wish, scene, pace) - scene.now
        if pace == "promise_kept" and scene.incident.promises:
            return scene.incident.promises[0].when
        return self._delay(wish, scene, pace)

    def _part_of_work(self, wish: Wish, scene: Scene, order: Order) -> Instant:
        due_at = _due_at(scene, order)
        if due_at is None:
            return self._delay(wish, scene, "feedback")
        running = clockwork.running(order.clocks, timing.HANDLE)
        start = running.started_at if running is not None else order.dispatched_at
        whole = scene.fate.pace if order.role == "lead" else scene.fate.co_pace
        part = PARTS[wish.pace] * whole
        if wish.pace.startswith("ask_"):
            part = min(part, ASKED_IN_TIME)
        at = max(scene.now + STEP_MS, start + int(part * (due_at - start)))
        if scene.incident.urgent:
            return at
        working = self._working(scene, wish.actor.unit, at)
        # In time, but the office is closed until it is late: whoever has the night duty does it.
        return at if at <= due_at < working and _on_duty(scene, wish.actor.unit) else working

    def _milestone(self, wish: Wish, scene: Scene) -> Instant | None:
        run = clockwork.running(scene.incident.clocks, wish.action)
        due_at = timing.due_of(scene.book, scene.incident, None, run) if run is not None else None
        if run is None or due_at is None:
            return None
        part = scene.fate.pace * scene.life.rng.uniform(*OF_PACE)
        return max(scene.now + STEP_MS, run.started_at + int(part * (due_at - run.started_at)))

    def _of_clock(self, wish: Wish, scene: Scene, order: Order) -> Instant | None:
        clock, least, most = OF_CLOCK[wish.pace]
        run = clockwork.running(order.clocks, clock)
        due_at = timing.due_of(scene.book, scene.incident, order, run) if run is not None else None
        if run is None or due_at is None:
            return None
        part = scene.life.rng.uniform(least, most)
        at = max(scene.now, run.started_at + int(part * (due_at - run.started_at)))
        return at if scene.incident.urgent else self._working(scene, wish.actor.unit, at)

    def _delay(self, wish: Wish, scene: Scene, pace: str) -> Instant:
        """After a delay of the habits, counted in the hours it is counted in."""
        delay = self._habits.delays.named(pace)
        wait = delay.draw_ms(scene.life.rng)
        if self.live or delay.hours == "always" or scene.incident.urgent:
            return scene.now + wait
        if delay.hours == "office":
            return scene.book.office.add_working(scene.now, wait)
        return scene.book.calendar(wish.actor.unit).add_working(scene.now, wait)

    def _working(self, scene: Scene, unit: str, at: Instant) -> Instant:
        """`at`, or when the unit's next working hours begin."""
        return at if self.live else scene.book.calendar(unit).add_working(at, 0)


def _in_window(scene: Scene, order: Order) -> Instant | None:
    until = timing.return_window_end(scene.book, scene.incident, order)
    if until is None:
        return None
    part = scene.life.rng.uniform(*RETURN_PART)
    return max(scene.now, order.dispatched_at + int(part * (until - order.dispatched_at)))


def _due_at(scene: Scene, order: Order) -> Instant | None:
    """What a unit works against: its own due time, and the lead's, whom it would keep waiting."""
    orders = (order, scene.incident.lead) if order.role == "co" else (order,)
    dues = [timing.working_due(scene.book, scene.incident, o) for o in orders if o is not None]
    known = [due_at for due_at in dues if due_at is not None]
    return min(known) if known else None


def _on_duty(scene: Scene, unit: str) -> bool:
    department = scene.book.departments.get(unit_department(unit))
    return department is not None and department.duty == "7x24"
