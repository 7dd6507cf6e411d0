"""The case of a lower hub on the desk: in the words of its own hall, and nothing to be done with it here."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.commands.founding import adopt_rules
from app.domain.label import Label
from app.viewmodels.case import CaseModel
from tests.helpers.glass import glass
from tests.helpers.halls import hall, shipped_rules
from tests.helpers.levels import pass_up


def test_it_speaks_its_own_halls_words_and_offers_no_step_of_it(tmp_path: Path) -> None:
    with hall(tmp_path / "lower") as lower, hall(tmp_path / "upper") as upper:
        rules = shipped_rules()
        states = tuple(
            msgspec.structs.replace(s, label=Label("新到", "New")) if s.id == "reported" else s
            for s in rules.workflow.states
        )
        workflow = msgspec.structs.replace(rules.workflow, states=states)
        adopt_rules(lower.commander.desk, msgspec.structs.replace(rules, workflow=workflow))
        theirs, mine = lower.register(), upper.register()
        pass_up(lower, upper)
        model = CaseModel(glass(upper))
        assert model.open(theirs.id)
        view = model.view()
        assert view is not None
        assert view.status == "新到"
        (ask,) = view.actions
        assert (ask.id, ask.label) == ("make_request", "请“演示区综治中心”…")
        assert ask.why_not
        assert (view.facts[0].label, view.facts[0].value) == ("办理中心", "演示区综治中心")
        assert view.deadlines != ()
        assert model.open(mine.id)
        view = model.view()
        assert view is not None
        assert view.status != "新到"
        assert view.actions != ()
        assert view.facts[0].label != "办理中心"
