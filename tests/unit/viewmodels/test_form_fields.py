"""Forms drawn from the rules: every transition has one, and what is known already is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.incident import Incident
from app.viewmodels.context import Context
from app.viewmodels.form_fields import FormField, form_fields, moment_words, needs_filling, read_moment
from tests.helpers.glass import glass
from tests.helpers.halls import actor, hall


def fields(context: Context, case: Incident, action: str, order: str = "") -> dict[str, FormField]:
    book = context.book
    assert book is not None
    return {field.id: field for field in form_fields(context, case, book.transitions[action], order)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_transition_has_a_form_whose_proposals_are_among_its_choices(
    tmp_path: Path, language: str
) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at, language=language)
        case = at.dispatched("SZ", ("CG",))
        book = context.book
        assert book is not None
        for action in book.transitions:
            for field in fields(context, case, action).values():
                assert field.label
                if field.kind == "choice":
                    assert field.options
                    assert field.value is None or field.value in {o.id for o in field.options}, (
                        action,
                        field.id,
                    )
                if field.kind == "multi" and field.value:
                    assert set(field.value) <= {o.id for o in field.options}, (action, field.id)


def test_the_matrix_proposes_lead_co_class_and_the_reason(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        case = at.register()
        dispatch = fields(context, case, "dispatch")
        assert dispatch["lead_department"].value == "SZ"
        assert dispatch["co_departments"].value == ["GD"]
        assert dispatch["rule_or_reason"].value == "责任清单 0602 → 市政养护公司"
        assert fields(context, case, "file")["sla_class"].value == "W3"
        assert fields(context, case, "check_pass")["check_method"].value == "photo"
        assert "已亮灯" in fields(context, case, "feedback")["closing_condition"].hint


def test_what_was_asked_for_is_proposed(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        case = at.dispatched("SZ", ("CG",))
        case = at.do(case, "sign", actor("handler", "SZ"))
        due = at.clock.now() + 5 * 86_400_000
        case = at.do(case, "ask_extension", actor("handler", "SZ"), reason_code="works", new_due=due)
        own, other = case.orders
        assert fields(context, case, "extend", own.code)["new_due"].value == due
        assert fields(context, case, "extend", other.code)["new_due"].value is None
        case = at.do(case, "ask_coop", actor("handler", "SZ"), suggested_department="HW", what="清运")
        assert fields(context, case, "add_co")["co_departments"].value == ["HW"]


def test_fields_that_do_not_apply_are_not_asked_for(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        assert "failed_milestone" not in fields(context, at.register(), "check_fail")
        assert "failed_milestone" in fields(context, at.register(urgent=True), "check_fail")


def test_a_form_without_required_fields_needs_no_filling(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context, case = glass(at), at.dispatched("SZ")
        assert not needs_filling(tuple(fields(context, case, "sign").values()))
        assert not needs_filling(tuple(fields(context, case, "urge").values()))
        assert needs_filling(tuple(fields(context, case, "return").values()))


def test_times_are_typed_as_they_are_shown(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        context = glass(at)
        at_noon = context.now() + 3 * 3_600_000
        assert read_moment(context, moment_words(context, at_noon)) == at_noon
        with pytest.raises(ValueError, match="看不懂"):
            read_moment(context, "改天")
