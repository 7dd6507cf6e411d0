"""Counting: what was done, what was refused and why, and which refusals are bugs."""

from __future__ import annotations

from app.commands.command import AlreadyDone, Done
from app.domain.refusal import Refusal
from app.drill.tally import Tally


def test_counts_by_action_and_reason() -> None:
    tally = Tally()
    assert tally.take("sign", Done("i", "c", ()))
    assert tally.take("sign", AlreadyDone("i", 1))
    assert not tally.take("merge", Refusal("guard", params={"guard": "master_open"}))
    assert not tally.take("sign", Refusal("wrong_state", params={"state": "closed", "action": "sign"}))
    assert dict(tally.done) == {"sign": 1}
    assert dict(tally.refused) == {"merge": 1, "sign": 1}
    assert tally.bugs == {("sign", "wrong_state", "closed"): 1}
