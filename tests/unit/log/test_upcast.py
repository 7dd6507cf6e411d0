"""Old bodies are lifted version by version; what nobody knows passes."""

from __future__ import annotations

from typing import Any

import msgspec

from app.log.entries import Entry, TimeClaim
from app.log.files.origin import OriginTail, seal
from app.log.upcast import LIFTS, upcast
from tests.helpers.counting import NOON, counted


def lift_1(body: dict[str, Any]) -> dict[str, Any]:
    return {"label": body["name"], "by": body["by"]}


def lift_2(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "by": [body["by"]]}


MADE_UP = {("counted", 1): lift_1, ("counted", 2): lift_2}


def entry() -> Entry:
    return seal(counted("a", 4), "here", OriginTail(), TimeClaim(NOON, 0, "b"), "sha256")[0]


def test_a_body_climbs_every_step() -> None:
    lifted = upcast(entry(), MADE_UP)
    assert lifted.kind_version == 3
    assert msgspec.json.decode(lifted.body) == {"label": "a", "by": [4]}


def test_a_body_at_the_top_is_left_alone() -> None:
    top = msgspec.structs.replace(entry(), kind_version=3)
    assert upcast(top, MADE_UP) is top


def test_unknown_kinds_pass() -> None:
    strange = msgspec.structs.replace(entry(), kind="from_next_year", kind_version=9)
    assert upcast(strange, MADE_UP) is strange
    assert upcast(strange) is strange


def test_every_way_up_has_no_gap() -> None:
    for kind, version in LIFTS:
        assert version == 1 or (kind, version - 1) in LIFTS
