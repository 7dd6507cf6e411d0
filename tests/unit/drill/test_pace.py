"""When steps are taken: by the clocks of the rules, in working hours, and without sleep in a live demo."""

from __future__ import annotations

from app.base.clock import HOUR_MS, MINUTE_MS
from app.drill.life import Scene, Wish
from app.drill.pace import Pace
from tests.helpers.halls import MONDAY_9, actor
from tests.unit.drill.made import demo
from tests.unit.drill.scenes import dispatched

FRIDAY_17 = MONDAY_9 + 4 * 24 * HOUR_MS + 8 * HOUR_MS
MONDAY_0830_AFTER = MONDAY_9 + 7 * 24 * HOUR_MS - 30 * MINUTE_MS


def wish(here: Scene, action: str, pace: str) -> Wish:
    return Wish("order", action, actor("handler", "SZ"), pace, here.incident.orders[0].code)


def test_who_signs_in_time_signs_before_the_limit_and_who_does_not_signs_after() -> None:
    here, pace = dispatched(MONDAY_9), Pace(demo().habits)
    waits = [pace.wait_ms(wish(here, "sign", "sign"), here) for _ in range(50)]
    late = [pace.wait_ms(wish(here, "sign", "sign_late"), here) for _ in range(50)]
    due = 5 * HOUR_MS + 30 * MINUTE_MS  # four working hours from nine, over the noon break
    assert max(waits) < due < min(late)
    assert len(set(waits)) > 10


def test_work_takes_the_fated_part_of_the_limit() -> None:
    pace = Pace(demo().habits)
    half = dispatched(MONDAY_9, "handling", pace=0.5)
    late = dispatched(MONDAY_9, "handling", pace=1.5)
    due = 3 * 24 * HOUR_MS + 8 * HOUR_MS + 30 * MINUTE_MS  # Thursday 17:30
    assert 0.4 * due < pace.wait_ms(wish(half, "feedback", "feedback"), half) < due
    assert pace.wait_ms(wish(late, "feedback", "feedback"), late) > due


def test_office_hours_count_in_the_past_and_not_live() -> None:
    here = dispatched(FRIDAY_17, "handling", pace=0.3)
    feedback = wish(here, "feedback", "feedback")
    past = FRIDAY_17 + Pace(demo().habits).wait_ms(feedback, here)
    live = FRIDAY_17 + Pace(demo().habits, live=True).wait_ms(feedback, here)
    assert past == MONDAY_0830_AFTER
    assert FRIDAY_17 < live < MONDAY_0830_AFTER


def test_a_delay_goes_on_in_the_next_office_hours() -> None:
    here = dispatched(FRIDAY_17, "handling")
    check = Wish("case", "check_pass", actor("dispatcher"), "check")
    waits = [Pace(demo().habits).wait_ms(check, here) for _ in range(30)]
    assert all(wait <= 30 * MINUTE_MS or FRIDAY_17 + wait >= MONDAY_0830_AFTER for wait in waits)
    assert any(wait > 24 * HOUR_MS for wait in waits)


def test_late_cases_are_urged_after_they_are_due() -> None:
    here = dispatched(MONDAY_9, "handling")
    urge = Wish("watch", "urge", actor("supervisor"), "urge")
    assert Pace(demo().habits).wait_ms(urge, here) > 3 * 24 * HOUR_MS
