"""How the simulated operators work: shares, punctuality and delays, as config/demo/life.toml holds them."""

from __future__ import annotations

import math
import random
from typing import Literal

import msgspec

from app.base.clock import MINUTE_MS
from app.drill.classing import Haste

Hours = Literal["always", "office", "unit"]

SHORTEST, LONGEST = 0.2, 6.0
"""A drawn delay stays between these multiples of its middle: no tail of days for a step of minutes."""


class Delay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes before a step: their middle, their spread (sigma of a log-normal), in whose working hours."""

    minutes: float
    spread: float
    hours: Hours = "always"

    def draw_ms(self, rng: random.Random) -> int:
        """One delay in ms of the hours it is counted in."""
        factor = min(LONGEST, max(SHORTEST, math.exp(rng.gauss(0, self.spread))))
        return int(self.minutes * factor * MINUTE_MS)


class Punctuality(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"since": "from", "until": "to"}
):
    """This share of work is done between two parts of its limit; over 1 is late."""

    share: float
    since: float
    until: float


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often what happens, 0 to 1, among the cases to which it can happen."""

    answered_at_once: float
    self_handled: float
    rejected: float
    verified: float
    joined_at_desk: float
    merged: float
    unmerged: float
    transferred: float
    transfer_returned: float
    split: float
    returned: float
    return_granted: float
    returned_twice: float
    consulted: float
    recalled: float
    redispatched: float
    coop: float
    dispatched_on: float
    contact_late: float
    extended: float
    extension_granted: float
    held: float
    hold_granted: float
    waits: float
    withdrawn: float
    false_alarm: float
    false_alarm_sensor: float
    advised: float
    progress: float
    second_person_refuses: float
    check_failed: float
    callback_unreachable: float
    callback_unsolved: float
    sent_back: float
    dissatisfied: float
    reopened: float
    promised: float
    urged: float
    supervised: float
    instructed: float
    never_signed: float
    signed_late: float


class Delays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The delay before each step that goes by no limit of the rules, by the name of its pace."""

    merge: Delay
    accept: Delay
    accept_urgent: Delay
    answered_at_once: Delay
    self_handled: Delay
    reject: Delay
    request_verify: Delay
    verify_scene: Delay
    file: Delay
    dispatch: Delay
    dispatch_urgent: Delay
    reclassify: Delay
    split: Delay
    transfer_up: Delay
    transfer_result: Delay
    transfer_returned: Delay
    confirm: Delay
    confirm_urgent: Delay
    ack_recall: Delay
    return_review: Delay
    return_review_urgent: Delay
    arbitration: Delay
    answer: Delay
    recall: Delay
    redispatch: Delay
    withdraw: Delay
    false_alarm: Delay
    advice: Delay
    feedback: Delay
    wait_end: Delay
    resume: Delay
    check: Delay
    check_urgent: Delay
    callback: Delay
    unmerge: Delay
    reopen: Delay
    urge: Delay
    supervise: Delay
    instruct: Delay
    promise: Delay
    promise_kept: Delay

    def named(self, pace: str) -> Delay:
        """The delay of a pace; AttributeError for one that does not exist."""
        delay: Delay = getattr(self, pace)
        return delay


class Habits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `co_departments`: weights for none, one, two and three of them."""

    shares: Shares
    co_departments: dict[Haste, tuple[float, float, float, float]]
    punctuality: tuple[Punctuality, ...]
    delays: Delays

    def part_of_limit(self, rng: random.Random) -> float:
        """How much of a limit a piece of work takes; over 1 is late."""
        drawn = rng.choices(self.punctuality, weights=[p.share for p in self.punctuality])[0]
        return rng.uniform(drawn.since, drawn.until)
