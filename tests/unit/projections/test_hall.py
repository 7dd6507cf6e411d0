"""The hall as its entries make it: who may act, which PCs may push, which programs may come in."""

from __future__ import annotations

import msgspec
import pytest

from app.domain.devices import DeviceEnrolled, DeviceRevoked, TokenIssued, TokenRevoked
from app.domain.hall import HallFounded, OperatorGranted, OperatorRevoked
from app.domain.kinds import KINDS
from app.domain.label import Label
from app.projections.hall import HALL_KINDS, Hall, take

LABEL = Label("甲", "A")

GRANTED = (
    ("operators", "op", OperatorGranted("op", LABEL, ("intake",), "ZZZX"), OperatorRevoked("op", "left")),
    ("devices", "pc", DeviceEnrolled("pc", LABEL, "A1", "00"), DeviceRevoked("pc", "lost")),
    ("tokens", "t1", TokenIssued("t1", "hotline", "intake", "ZZZX"), TokenRevoked("t1", "stolen")),
)


@pytest.mark.parametrize(("field", "key", "given", "taken"), GRANTED)
def test_what_is_given_stands_until_it_is_taken_away(
    field: str, key: str, given: msgspec.Struct, taken: msgspec.Struct
) -> None:
    before = take(Hall(), 1, HallFounded(LABEL, "990101"))
    having = take(before, 2, given)
    assert dict(getattr(having, field)) == {key: given}
    assert having.founded == before.founded
    assert not getattr(before, field)
    assert take(take(having, 3, taken), 4, taken) == before


def test_every_kind_the_hall_takes_is_a_kind_and_no_other_changes_it() -> None:
    bodies = {kind.name: kind.body for kind in KINDS}
    assert bodies.keys() > HALL_KINDS
    assert take(Hall(), 1, None) == Hall()
    assert {"session_opened", "session_closed", "account_locked"} & HALL_KINDS == set()
