"""Counting what the simulated world did and what the rules refused it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.commands.command import Done, Outcome
from app.domain.refusal import Refusal

BUGS = (
    "role_may_not",
    "other_units_order",
    "wrong_state",
    "unknown_action",
    "unknown_field",
    "field_missing",
)
"""Refusals that say that the operators do not know the rules; the others come of two acting at once."""


@dataclass(slots=True)
class Tally:
    """`done` and `refused` count by action, `reasons` by (action, code, detail)."""

    reports: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def take(self, action: str, outcome: Outcome) -> bool:
        """Count an outcome; whether it was done."""
        if isinstance(outcome, Refusal):
            self.refused[action] += 1
            detail = outcome.field or outcome.params.get("guard", "") or outcome.params.get("state", "")
            self.reasons[action, outcome.code, detail] += 1
            return False
        if isinstance(outcome, Done):
            self.done[action] += 1
        return True

    @property
    def bugs(self) -> dict[tuple[str, str, str], int]:
        """The refusals that should never happen."""
        return {reason: count for reason, count in self.reasons.items() if reason[1] in BUGS}
