"""Two desks decide about one case while both are cut off: both see both versions, one person settles it, and
what a revoked operator wrote is shown and stands in nobody's way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from app.base.clock import DAY_MS
from app.domain.contested import Contested
from app.domain.incident import Incident
from tests.helpers.line_programs import status
from tests.helpers.proving import same
from tests.helpers.two_programs import Both

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


class Deed(NamedTuple):
    """What one desk does to the case while it is cut off."""

    action: str
    role: str
    form: dict[str, Any]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    both = Both(tmp_path_factory.mktemp("contest"))
    try:
        yield both
    finally:
        both.close()


def deeds(both: Both, name: str) -> tuple[str, Deed, Deed]:
    """A case that both know, and what each does to it."""
    now = both.first.ask("now")
    match name:
        case "dispatch":
            to = [Deed("dispatch", "dispatcher", {"lead_department": unit}) for unit in ("SZ", "CG")]
            return both.filed(), to[0], to[1]
        case "merge":
            masters = [both.filed(), both.filed()]
            into = [Deed("merge", "dispatcher", {"master_id": master}) for master in masters]
            return both.filed(), into[0], into[1]
        case "close":
            away = Deed("dispatch", "dispatcher", {"lead_department": "SZ"})
            return both.filed(), Deed("false_alarm", "dispatcher", {}), away
        case "extend":
            to = [Deed("extend", "shift_lead", {"new_due": now + days * DAY_MS}) for days in (9, 12)]
            return both.handled("ask_extension"), to[0], to[1]
    to = [Deed("hold", "centre_lead", {"review_date": now + days * DAY_MS}) for days in (20, 30)]
    return both.handled("ask_hold"), to[0], to[1]


@pytest.mark.parametrize("choice", ["first", "second"])
@pytest.mark.parametrize("name", ["dispatch", "merge", "close", "extend", "hold"])
def test_both_see_both_versions_and_one_settles_it(both: Both, name: str, choice: str) -> None:
    case, here, there = deeds(both, name)
    both.meet()
    both.cut()
    written = [
        both.done(desk, case, deed.action, deed.role, form=deed.form)["eids"][0]
        for desk, deed in zip(both.desks, (here, there), strict=True)
    ]
    both.meet()
    seen = [dict(desk.ask("contested")) for desk in both.desks]
    assert seen[0] == seen[1]
    (item,) = msgspec.convert(seen[0][case], list[Contested])
    # One leads and the other is withheld, whichever came first; the item holds both.
    assert {item.eid, item.against.eid} == set(written)
    withheld = (here, there)[written.index(item.eid)]
    assert item.action == withheld.action
    assert item.form.items() >= withheld.form.items()
    words = {"incident": case, "contested": item.eid, "role": "shift_lead"}
    settled = both.second.ask("settle", choice=choice, **words)
    if choice == "second" and withheld is there and name == "close":
        # A closed case cannot be dispatched: nothing was written, the item stays, and the first is left.
        assert settled["refused"] == "wrong_state"
        assert case in dict(both.second.ask("contested"))
        settled = both.second.ask("settle", choice="first", **words)
    assert settled["incident"] == case
    both.meet()
    for desk in both.desks:
        assert case not in dict(desk.ask("contested"))
    assert both.first.ask("case", incident=case) == both.second.ask("case", incident=case)
    same(both.hub.data, [desk.data[0] for desk in both.desks])


def test_a_revoked_operators_work_is_shown_and_blocks_nobody(both: Both) -> None:
    case = both.filed()
    both.meet()
    both.cut()
    first, second = both.desks
    gone = both.done(second, case, "urge", "supervisor")["eids"]
    behind = both.done(second, case, "dispatch", "dispatcher", form={"lead_department": "SZ"})["eids"]
    # The hub hears of the revocation before it hears of what was written meanwhile.
    second.kill()
    both.proxy.plug()
    assert first.ask("revoke", operator="op-supervisor")["eids"]
    first.ask("call")
    assert status(first.ask("wait", pending=0, phase="live")).pending == 0
    second.start()
    both.meet()
    there = same(both.hub.data, [desk.data[0] for desk in both.desks])
    assert {*gone, *behind} <= there.numbered.keys()
    for desk in both.desks:
        shown = {row["gseq"]: row for row in desk.ask("quarantined")}
        assert set(shown) == {there.numbered[eid] for eid in gone}
        row = shown[there.numbered[gone[0]]]
        assert (row["verdict"], row["incident"], row["actor"]) == ("operator_unknown", case, "op-supervisor")
        seen = msgspec.convert(desk.ask("case", incident=case), Incident)
        assert ([order.unit for order in seen.orders], list(seen.overlays)) == (["SZ"], [])
        assert "op-supervisor" not in desk.ask("operators")
    # And the line of that desk goes on as ever.
    assert second.ask("register")["eids"]
    both.meet()
    same(both.hub.data, [desk.data[0] for desk in both.desks])
