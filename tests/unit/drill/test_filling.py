"""Every form of the rules can be filled so that the rules take it."""

from __future__ import annotations

import pytest

from app.domain.ask import Ask
from app.domain.forms import check_form
from app.domain.refusal import Refusal
from app.drill.filling import Filler
from app.drill.life import Scene, Wish
from tests.helpers.halls import MONDAY_9, actor, shipped_rules
from tests.unit.drill.made import demo
from tests.unit.drill.scenes import AREAS, scene


@pytest.mark.parametrize("sla_class", ["W3", "U1"])
@pytest.mark.parametrize("action", [t.action for t in shipped_rules().workflow.transitions if t.sources])
def test_required_fields_are_filled_with_what_fits(action: str, sla_class: str) -> None:
    for seed in range(4):
        fits(action, scene(sla_class, seed))


def fits(action: str, here: Scene) -> None:
    master = {"master_id": "case"} if action.startswith("merge") else {}
    wish = Wish("case", action, actor("intake"), "accept", form=master)
    form = Filler(demo().phrases).form(wish, here)
    ask = Ask(
        book=here.book,
        incident=here.incident,
        transition=here.book.transitions[action],
        actor=wish.actor,
        now=MONDAY_9,
        form=form,
        order=here.incident.orders[0],
        areas=AREAS,
        others={"case": here.incident},
    )
    checked = check_form(ask)
    assert not isinstance(checked, Refusal), checked
    assert set(form) <= {field.id for field in ask.transition.fields}


def test_what_the_step_says_is_kept_and_strangers_are_left_out() -> None:
    wish = Wish("case", "progress", actor("handler"), "progress", form={"text": "到场", "colour": "red"})
    assert Filler(demo().phrases).form(wish, scene()) == {"text": "到场"}


def test_second_person_needs_no_form_to_agree_and_a_reason_to_refuse() -> None:
    filler = Filler(demo().phrases)
    agree = Wish("case", "feedback", actor("dept_lead"), "confirm", confirms="e")
    doubt = Wish("case", "feedback", actor("dept_lead"), "confirm", refuses="e")
    assert filler.form(agree, scene()) == {}
    assert filler.form(doubt, scene())["reason"].strip()


def test_first_choice_is_the_commonest() -> None:
    filler = Filler(demo().phrases)
    wish = Wish("case", "first_contact", actor("handler"), "contact")
    chosen = [filler.form(wish, scene(seed=seed))["means"] for seed in range(200)]
    assert 90 < chosen.count("phone") < 150
    assert len(set(chosen)) > 2
