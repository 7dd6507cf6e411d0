"""Everything that can be wrong in a set of rules, found at once and before anybody adopts them."""

from __future__ import annotations

from app.domain import calendar_check
from app.domain.checks.ids import check_ids, check_languages
from app.domain.checks.known import Known
from app.domain.checks.limits import check_limits
from app.domain.checks.matrix import check_matrix
from app.domain.checks.states import check_states
from app.domain.checks.transitions import check_transitions, check_workflow
from app.domain.finding import Finding
from app.domain.rules import Rules

__all__ = ["Known", "check_rules"]


def check_rules(rules: Rules, known: Known) -> list[Finding]:
    """Every fault of `rules` for a program that has `known` built in; empty when they can be adopted.

    Keys are `section.id.attribute` (`transitions.dispatch.guards`) or `section[number]`, as in the files.
    """
    return [
        *check_ids(rules),
        *check_languages(rules),
        *check_states(rules.workflow),
        *check_workflow(rules, known),
        *check_transitions(rules, known),
        *check_limits(rules),
        *check_matrix(rules),
        *calendar_check.check(rules.calendars),
    ]
