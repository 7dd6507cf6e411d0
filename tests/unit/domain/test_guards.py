"""Guards: the rules and the program name the same ones, and each can say yes and no."""

from __future__ import annotations

from collections import defaultdict

import pytest

from app.base.clock import DAY_MS
from app.domain.guards import GUARDS
from app.domain.incident import Incident
from tests.helpers.lives import (
    CALLBACK,
    CENTRE_LEAD,
    DISPATCHER,
    GRID,
    INTAKE,
    SHIFT_LEAD,
    SYSTEM,
    SZ,
    Life,
    actor,
    handler,
)

WORLD = Life()


def cases() -> dict[str, Incident]:
    """A case in each of many situations, by a name for it."""
    world = WORLD
    found = {
        "reported": world.register(),
        "question": world.register(category="1901"),
        "small": world.register(category="0102"),
        "filed": world.filed(),
        "urgent": world.filed(category="0501"),
        "rescued": world.do(world.handling("SZ", category="0501"), "arrive", SZ),
        "dispatched": world.dispatched("SZ", ("GD",)),
        "handling": world.handling("SZ"),
        "burning": world.handling("SZ", category="0501"),
        "asked": world.do(world.do(world.handling("SZ"), "ask_extension", SZ), "ask_hold", SZ),
        "decided": world.do(
            world.do(world.handling("SZ"), "to_arbitration", CENTRE_LEAD), "name_lead", CENTRE_LEAD
        ),
        "check": world.checking("SZ"),
        "closed": world.closed("SZ"),
        "answered": world.do(world.register(category="1901"), "answered_at_once", INTAKE, category="1901"),
    }
    returned = world.dispatched("SZ")
    returned = world.agreed(returned, "return", SZ, actor("dept_lead", "SZ"))
    returned = world.do(returned, "return_accepted", DISPATCHER, fault="unit")
    found["returned"] = world.do(returned, "dispatch", DISPATCHER, lead_department="CG")
    master = world.handling("SZ")
    merged = world.do(world.register(), "merge", INTAKE, master_id=master.id)
    found["merged"] = merged
    archived = world.closed("SZ", category="0104")
    other = world.handling("SZ")
    gone = world.do(world.register(), "merge", INTAKE, master_id=other.id)
    other = world.do(world.do(other, "feedback", SZ), "close_without_callback", DISPATCHER)
    world.do(other, "archive", SYSTEM)
    found["merged into an archived one"] = gone
    found["archived"] = world.do(archived, "archive", SYSTEM)
    return found


ASKED = [
    ("accept", SYSTEM, {}), ("accept", INTAKE, {}), ("reject", INTAKE, {}), ("reject", INTAKE, {}),
    ("to_arbitration", SHIFT_LEAD, {}), ("return", SZ, {}), ("return", handler("CG"), {}),
    ("return_accepted", DISPATCHER, {}), ("reclassify", DISPATCHER, {"sla_class": "W3"}),
    ("auto_sign", SYSTEM, {}), ("send_back", CALLBACK, {}), ("arrive", SZ, {}), ("ask_hold", SZ, {}),
    ("ask_extension", SZ, {}), ("extend", SHIFT_LEAD, {}), ("hold", SHIFT_LEAD, {"review_date":
    2_000_000_000_000}), ("hold", CENTRE_LEAD, {"review_date": 2_000_000_000_000}), ("wait_for_party", SZ,
    {"until": 2_000_000_000_000}), ("wait_for_party", SZ, {"until": WORLD.now + DAY_MS}), ("feedback", SZ,
    {}), ("check_pass", DISPATCHER, {}), ("check_pass", actor("dispatcher", "SZ"), {}), ("answered_at_once",
    INTAKE, {}), ("self_handled", GRID, {}), ("merge", INTAKE, {}), ("merge_dispatched", DISPATCHER, {}),
    ("unmerge", DISPATCHER, {}), ("withdraw", INTAKE, {}), ("false_alarm", INTAKE, {}), ]  # fmt: skip


def test_the_rules_name_the_guards_that_are_built() -> None:
    named = {guard for t in WORLD.book.transitions.values() for guard in t.guards}
    assert named == set(GUARDS) == set(WORLD.book.guards)


def test_each_guard_says_yes_and_no() -> None:
    answers: dict[str, set[bool]] = defaultdict(set)
    found = cases()
    masters = [found["handling"].id, found["closed"].id]
    for _ in range(2):
        for case in found.values():
            for action, by, form in ASKED:
                for master in masters:
                    ask = WORLD.ask(case, action, by, **{"master_id": master, **form})
                    for guard in ask.transition.guards:
                        answers[guard].add(GUARDS[guard](ask))
        WORLD.advance(30 * DAY_MS)
    assert {guard for guard, said in answers.items() if said != {True, False}} == set()
    assert set(answers) == set(GUARDS)


@pytest.mark.parametrize("guard", sorted(GUARDS))
def test_each_guard_explains_itself_in_both_languages(guard: str) -> None:
    words = WORLD.book.guards[guard]
    assert words.zh
    assert words.en
