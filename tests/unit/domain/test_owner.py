"""Whose case it is follows from the state alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.domain.owner import owner
from app.domain.standing import acts_for, concerns, covers
from tests.helpers.lives import Life, actor, handler

WORLD = Life()
CASE = WORLD.handling("SZ")
URGENT = WORLD.handling("SZ", category="0501")

ORDINARY = {
    "reported": "ZZZX", "scene_check": "ZZZX", "accepted": "ZZZX", "filed": "ZZZX", "dispatched": "SZ",
    "return_review": "SZ", "arbitration": "SZ", "handling": "SZ", "on_hold": "SZ", "waiting": "SZ", "check":
    "SZ", "rework": "SZ", "callback": "SZ", "transferred": "ZZZX", "closed": "", "rejected": "", "merged": "",
    "archived": "", }  # fmt: skip


def test_every_state_has_its_owner() -> None:
    assert set(ORDINARY) == set(WORLD.book.states)
    for state, unit in ORDINARY.items():
        assert owner(replace(CASE, state=state), WORLD.book, "990101001") == unit


def test_urgent_the_street_owns_while_responsibility_is_argued() -> None:
    for state in ("filed", "return_review", "arbitration"):
        case = replace(URGENT, state=state)
        assert owner(case, WORLD.book, "990101001") == "JD@990101001"
        assert owner(case, WORLD.book, "") == "ZZZX"
        assert owner(replace(case, first_dispatch_at=None), WORLD.book, "990101001") == "ZZZX"


def test_without_a_lead_in_force_the_centre_owns() -> None:
    for state in ("callback", "check", "arbitration"):
        assert owner(replace(CASE, state=state, orders=()), WORLD.book) == "ZZZX"


@pytest.mark.parametrize(
    ("unit", "of", "acts"),
    [
        ("CG", "CG", True),
        ("CG", "HB", False),
        ("JD@990101001", "JD@990101001", True),
        ("JD@990101001", "JD@990101002", False),
        ("JD@990101001", "SQ@990101001001", True),
        ("SQ@990101001001", "JD@990101001", False),
        ("JD", "JD@990101002", True),
        ("JD@990101001", "CG", False),
    ],
)
def test_a_units_people_act_for_their_unit_and_what_lies_below(unit: str, of: str, acts: bool) -> None:
    assert acts_for(handler(unit), of) is acts


def test_a_place_is_its_streets_and_grids_concern() -> None:
    assert covers(handler("JD@990101001"), "990101001001")
    assert covers(actor("grid_worker", "WG@990101001001001"), "990101001001")
    assert not covers(handler("JD@990101002"), "990101001001")
    assert not covers(handler("JD@990101001"), "")
    assert not covers(handler("CG"), "990101001001")
    assert concerns(handler("JD@990101001"), CASE)
    assert concerns(actor("grid_worker", "ZZZX"), CASE)
    assert concerns(handler("SZ"), CASE)
    assert not concerns(handler("CG"), CASE)
    assert concerns(handler("CG"), WORLD.register())
