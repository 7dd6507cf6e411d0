"""Parting personal data from what is asked, before anybody decides."""

from __future__ import annotations

from app.commands.sealing import FLAT, WHOLLY_MASKED, Envelope
from app.domain.label import Label
from app.domain.sealed import Sealed
from app.domain.workflow import Field
from app.log.vault import Sealer

NAME = Label("字段", "Field")


def envelope() -> Envelope:
    return Envelope(Sealer(), "case")


def test_text_without_anything_personal_stays_and_seals_nothing() -> None:
    e = envelope()
    assert e.text("free_text", "路灯不亮") == ("路灯不亮", None)
    assert e.secrets == []


def test_text_with_a_number_is_masked_and_its_original_kept() -> None:
    e = envelope()
    mask, sealed = e.text("free_text", "电话13812345678")
    assert mask == "电话138****5678"
    assert sealed is not None
    assert (sealed.mask, e.secrets[0].value, e.secrets[0].ref) == (mask, "电话13812345678", sealed.ref)
    assert "13812345678" not in sealed.hash


def test_equal_values_leave_unequal_traces() -> None:
    e = envelope()
    first, second = e.phone("13812345678"), e.phone("13812345678")
    assert first is not None
    assert second is not None
    assert (first.mask, second.mask) == ("138****5678",) * 2
    assert first.ref != second.ref
    assert first.hash != second.hash


def test_nothing_is_made_of_nothing() -> None:
    e = envelope()
    assert (e.name(" "), e.phone(""), e.place(" ", "")) == (None, None, ("", None))
    assert e.secrets == []


def test_forms_are_sealed_by_their_fields() -> None:
    e = envelope()
    fields = (
        Field("plain", NAME, "text"),
        Field("said", NAME, "long_text", personal=True),
        Field("address", NAME, "text", personal=True),
        Field("choice", NAME, "choice"),
        Field("parts", NAME, "parts"),
    )
    form = e.form(
        fields,
        {
            "plain": " 电话13812345678 ",
            "said": "他说好",
            "address": "滨河路18号502室",
            "choice": "13812345678",
            "parts": [{"what": "找13812345678", "category": "0601"}, "x", {"what": 5}],
            "unknown": "13812345678",
            "empty": " ",
        },
    )
    assert isinstance(form["plain"], Sealed)
    assert form["plain"].mask == "电话138****5678"
    assert isinstance(form["said"], Sealed)
    assert form["said"].mask == WHOLLY_MASKED
    assert isinstance(form["address"], Sealed)
    assert form["address"].mask == "滨河路18号***"
    # Choices and unknown fields are judged, and refused, as they are.
    assert form["choice"] == form["unknown"] == "13812345678"
    assert form["parts"] == [{"what": "找138****5678", "category": "0601"}, "x", {"what": 5}]
    assert [s.field for s in e.secrets] == ["plain", "said", FLAT]


def test_an_address_without_a_door_stays_readable() -> None:
    e = envelope()
    field = Field("address", NAME, "text", personal=True)
    assert e.form((field,), {"address": "滨河路18号"}) == {"address": "滨河路18号"}
    assert e.secrets == []
