"""Orders given while the line is down: the unit is to be called within 30 s, until the hub saw its PC take
them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import msgspec
import pytest

from app.domain.incident import Incident
from app.viewmodels.delivery import CALL_AFTER_MS
from tests.helpers.proving import same
from tests.helpers.two_programs import Both

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]

DELIVERED_S = 30


def test_an_order_calls_for_the_telephone_until_it_lies_on_the_units_pc(tmp_path: Path) -> None:
    both = Both(tmp_path)
    centre, unit = both.desks
    try:
        case = both.filed()
        both.meet()
        both.cut()
        both.done(centre, case, "dispatch", "dispatcher", form={"lead_department": "SZ"})
        assert centre.ask("to_call", incident=case, later_ms=0) == []
        assert centre.ask("to_call", incident=case, later_ms=CALL_AFTER_MS) == ["SZ"]
        # The hub has it, but nobody of the unit sits anywhere: it is still to be called.
        both.meet()
        assert centre.ask("to_call", incident=case, later_ms=CALL_AFTER_MS) == ["SZ"]
        unit.ask("seat", units=["SZ"])
        until = time.monotonic() + DELIVERED_S
        while centre.ask("to_call", incident=case, later_ms=CALL_AFTER_MS):
            assert time.monotonic() < until, "nobody wrote that it was delivered"
            time.sleep(0.1)
        both.meet()
        for desk in both.desks:
            (order,) = msgspec.convert(desk.ask("case", incident=case), Incident).orders
            assert order.unit == "SZ"
            assert order.delivered_at is not None
            assert (order.read_at, order.called_at) == (None, None)
        there = same(both.hub.data, [desk.data[0] for desk in both.desks])
        assert (centre.said | unit.said) < there.numbered.keys()
    finally:
        both.close()
