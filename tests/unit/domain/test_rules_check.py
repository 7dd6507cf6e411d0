"""Each rule of the check finds its planted fault and nothing else; the rules we ship have none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.base.language import load_language, placeholders
from app.commands.rules_files import built_in, load_rules
from app.domain.label import Choice, Label
from app.domain.rules import Rules
from app.domain.rules_check import Known, check_rules
from app.domain.rules_digest import rules_digest
from app.domain.workflow import ClockSteps, Field, Role, State, Transition

ROOT = Path(__file__).parents[3]
SHIPPED = load_rules(ROOT / "config" / "rules").rules
KNOWN = built_in()
LANGUAGES = {code: load_language(code, ROOT / "resources" / "language") for code in ("zh", "en")}
LABEL = Label("某", "some")

Plant = Callable[[Rules], Rules]
Expected = list[tuple[str, str]]


def _set(value: Any, path: str, change: Callable[[Any], Any]) -> Any:
    """`value` with the part at the dotted path changed."""
    name, _, rest = path.partition(".")
    part = getattr(value, name)
    return replace(value, **{name: _set(part, rest, change) if rest else change(part)})


def _id(item: Any) -> str:
    for name in ("action", "category", "code", "id"):
        if hasattr(item, name):
            return str(getattr(item, name))
    raise AssertionError(item)


def change(path: str, item_id: str, **changes: Any) -> Plant:
    def edit(items: Any) -> Any:
        assert any(_id(item) == item_id for item in items), f"{item_id} is not in {path}"
        return tuple(replace(item, **changes) if _id(item) == item_id else item for item in items)

    return lambda rules: _set(rules, path, edit)


def add(path: str, *items: Any) -> Plant:
    return lambda rules: _set(rules, path, lambda old: (*old, *items))


def again(path: str, number: int = 0) -> Plant:
    return lambda rules: _set(rules, path, lambda old: (*old, old[number]))


def drop(path: str, item_id: str) -> Plant:
    return lambda rules: _set(rules, path, lambda old: tuple(item for item in old if _id(item) != item_id))


def both(*plants: Plant) -> Plant:
    def all_of(rules: Rules) -> Rules:
        for plant in plants:
            rules = plant(rules)
        return rules

    return all_of


def put(path: str, value: Any) -> Plant:
    return lambda rules: _set(rules, path, lambda _old: value)


def stage(name: str, limit: str) -> Plant:
    return lambda rules: _set(rules, "sla.stages", lambda old: {**old, name: limit})


def listed(name: str, *choices: Choice) -> Plant:
    return lambda rules: _set(rules, "lists", lambda old: {**old, name: (*old.get(name, ()), *choices)})


def unlist(name: str) -> Plant:
    return lambda rules: _set(rules, "lists", lambda old: {k: v for k, v in old.items() if k != name})


def transition(action: str, **changes: Any) -> Plant:
    return change("workflow.transitions", action, **changes)


def sla_class(class_id: str, **changes: Any) -> Plant:
    return change("sla.classes", class_id, **changes)


def row(category: str, **changes: Any) -> Plant:
    return change("responsibility", category, **changes)


LIMBO = State("limbo", LABEL, "open", "centre")
INTO_LIMBO = Transition("drop", LABEL, "incident", ("handling",), "limbo", ("handler",))
PICK = Field("pick", LABEL, "choice")


PLANTS: list[tuple[Plant, Expected]] = [
    (
        transition("progress", sources=("handling", "nowhere")),
        [("transitions.progress.from", "state.unknown")],
    ),
    (transition("reclassify", to="nowhere"), [("transitions.reclassify.to", "state.unknown")]),
    (transition("split", creates="nowhere"), [("transitions.split.creates", "state.unknown")]),
    (
        transition("return_refused", prior=("dispatched", "handling", "nowhere")),
        [("transitions.return_refused.prior", "state.unknown")],
    ),
    (add("workflow.states", replace(LIMBO, kind="final")), [("states.limbo", "state.unreachable")]),
    (
        both(add("workflow.states", LIMBO), add("workflow.transitions", INTO_LIMBO)),
        [("states.limbo", "state.no_way_out")],
    ),
    (change("workflow.states", "handling", owner="none"), [("states.handling.owner", "state.no_owner")]),
    (change("workflow.states", "waiting", owner="none"), [("states.waiting.owner", "state.no_owner")]),
    (transition("register", sources=("closed",)), [("transitions", "register.missing")]),
    (
        add("workflow.transitions", replace(INTO_LIMBO, sources=(), to="reported")),
        [("transitions.drop.from", "register.twice")],
    ),
    (transition("return_refused", prior=()), [("transitions.return_refused.prior", "prior.missing")]),
    (transition("sign", prior=("filed",)), [("transitions.sign.prior", "prior.unused")]),
    (
        transition("return_refused", prior=("dispatched", "handling", "closed")),
        [("transitions.return_refused.prior", "prior.impossible")],
    ),
    (
        transition("return_refused", prior=("dispatched",)),
        [("transitions.return_refused.prior", "prior.incomplete")],
    ),
    (transition("sign", by=("ghost",)), [("transitions.sign.by", "role.unknown")]),
    (change("sla.ladder", "due", role="ghost"), [("ladder.due.role", "role.unknown")]),
    (change("workflow.clocks", "sign", answers="ghost"), [("clocks.sign.answers", "role.unknown")]),
    (change("workflow.clocks", "check", answers=""), [("clocks.check.answers", "role.unknown")]),
    (add("workflow.roles", Role("idler", LABEL, "unit")), [("roles.idler", "role.idle")]),
    (transition("sign", by=()), [("transitions.sign.by", "transition.nobody")]),
    (
        change("return_reasons", "R01", leads_to=("vanish",)),
        [("return_reasons.R01.leads_to", "transition.unknown")],
    ),
    (transition("sign", guards=("luck",)), [("transitions.sign.guards", "guard.unknown")]),
    (transition("sign", effect="magic"), [("transitions.sign.effect", "effect.unknown")]),
    (transition("sign", clock=ClockSteps(stop=("egg",))), [("transitions.sign.clock.stop", "clock.unknown")]),
    (change("workflow.states", "handling", clock="egg"), [("states.handling.clock", "clock.unknown")]),
    (row("0501", overrides={"egg": "1 wh"}), [("responsibility.0501.overrides", "clock.unknown")]),
    (
        change("workflow.clocks", "accept", limit="stage.egg"),
        [("clocks.accept.limit", "clock.limit_unknown")],
    ),
    (change("workflow.clocks", "sign", limit="class.egg"), [("clocks.sign.limit", "clock.limit_unknown")]),
    (
        change("workflow.clocks", "file", limit_urgent="file"),
        [("clocks.file.limit_urgent", "clock.limit_unknown")],
    ),
    (
        change("workflow.roles", "mediator", permissions=("mediate", "fly")),
        [("roles.mediator.permissions", "permission.unknown")],
    ),
    (transition("sign", confirm="fly"), [("transitions.sign.confirm", "permission.unknown")]),
    (
        change("workflow.roles", "dept_lead", permissions=("confirm_return",)),
        [("transitions.feedback.confirm", "permission.nobody")],
    ),
    (
        transition("sign", fields=(replace(PICK, source="wishes"),)),
        [("transitions.sign.fields.pick.source", "list.unknown")],
    ),
    (transition("sign", fields=(PICK,)), [("transitions.sign.fields.pick", "field.no_choices")]),
    (row("0101", verify_by="guess"), [("responsibility.0101.verify_by", "list.value_unknown")]),
    (change("departments", "CG", kind="club"), [("departments.CG.kind", "list.value_unknown")]),
    (change("return_reasons", "R01", fault="moon"), [("return_reasons.R01.fault", "list.value_unknown")]),
    (transition("urge", overlay="glow"), [("transitions.urge.overlay", "overlay.unknown")]),
    (transition("urge", overlay=""), [("transitions.urge.overlay", "overlay.not_named")]),
    (transition("withdraw", result="lost"), [("transitions.withdraw.result", "result.unknown")]),
    (
        transition("feedback", confirm_when="not_urgent class:W99"),
        [("transitions.feedback.confirm_when", "condition.unknown")],
    ),
    (
        transition("feedback", confirm_when="sometimes"),
        [("transitions.feedback.confirm_when", "condition.unknown")],
    ),
    (
        transition("feedback", confirm_when="field:nothing"),
        [("transitions.feedback.confirm_when", "condition.unknown")],
    ),
    (
        change("workflow.states", "filed", label=Label("", "Filed")),
        [("states.filed.label", "language.missing")],
    ),
    (
        change("workflow.guards", "has_lead", refusal=Label("无", " ")),
        [("guards.has_lead.refusal", "language.missing")],
    ),
    (
        transition("sign", fields=(Field("note", Label("备注", ""), "text"),)),
        [("transitions.sign.fields.note.label", "language.missing")],
    ),
    (
        row("0101", closing_condition=Label("已拆", "")),
        [("responsibility.0101.closing_condition", "language.missing")],
    ),
    (change("calendars.calendars", "office", en=""), [("calendars.office", "language.missing")]),
    (listed("found", Choice("ufo", Label("", "UFO"))), [("lists.found.ufo.label", "language.missing")]),
    (change("hold_reasons", "H01", id=""), [("hold_reasons[0]", "id.empty")]),
    (again("workflow.states"), [("states[18]", "id.twice")]),
    (again("workflow.clocks"), [("clocks[20]", "id.twice")]),
    (again("workflow.transitions", 3), [("transitions[65]", "id.twice")]),
    (again("workflow.guards"), [("guards[24]", "id.twice")]),
    (again("workflow.roles"), [("roles[17]", "id.twice")]),
    (again("sla.classes"), [("classes[14]", "id.twice")]),
    (again("categories", 30), [("categories[132]", "id.twice")]),
    (again("departments"), [("departments[46]", "id.twice")]),
    (again("responsibility"), [("responsibility[112]", "id.twice")]),
    (again("return_reasons"), [("return_reasons[10]", "id.twice")]),
    (
        transition("sign", fields=(Field("note", LABEL, "text"), Field("note", LABEL, "text"))),
        [("transitions.sign.fields[1]", "id.twice")],
    ),
    (listed("found", Choice("found", LABEL)), [("lists.found[3]", "id.twice")]),
    (sla_class("U0", handle="2 wh"), [("classes.U0.handle", "class.urgent_with_handle")]),
    (sla_class("U0", arrive=""), [("classes.U0", "class.milestone_missing")]),
    (sla_class("W3", handle=""), [("classes.W3", "class.handle_missing")]),
    (sla_class("W3", arrive="1 h_natural"), [("classes.W3.arrive", "class.milestone_not_urgent")]),
    (change("categories", "0101", sla_class="W99"), [("categories.0101.sla_class", "class.unknown")]),
    (change("categories", "0101", sla_class=""), [("categories.0101.sla_class", "class.unknown")]),
    (row("0101", sla_class="W99"), [("responsibility.0101.sla_class", "class.unknown")]),
    (put("sla.light.share", 1.5), [("light.share", "share.out_of_range")]),
    (put("sla.rework.share", 0.0), [("rework.share", "share.out_of_range")]),
    (change("categories", "0101", parent="77"), [("categories.0101.parent", "category.unknown")]),
    (drop("responsibility", "0101"), [("categories.0101", "category.no_row")]),
    (
        lambda rules: _set(
            rules, "responsibility", lambda rows: (*rows, replace(rows[0], category="7777", overrides={}))
        ),
        [("responsibility.7777", "category.unknown")],
    ),
    (row("0101", lead="XX"), [("responsibility.0101.lead", "department.unknown")]),
    (row("0101", co=("JD", "XX")), [("responsibility.0101.co", "department.unknown")]),
    (
        change("departments", "ZJ", duty_substitute="XX"),
        [("departments.ZJ.duty_substitute", "department.unknown")],
    ),
    (change("departments", "ZJ", calendar="lunar"), [("departments.ZJ.calendar", "calendar.unknown")]),
    (stage("check", "a while"), [("stages.check", "limit.unreadable")]),
    (stage("check", "3 moons"), [("stages.check", "limit.unit_unknown")]),
    (stage("check", "0 wh"), [("stages.check", "limit.zero")]),
    (sla_class("W3", handle="0.3 wd"), [("classes.W3.handle", "limit.half_days")]),
    (sla_class("M1", handle="0.5 nd"), [("classes.M1.handle", "limit.whole_days")]),
    (sla_class("W5", extend_limit="9000 wd"), [("classes.W5.extend_limit", "limit.too_long")]),
    (put("sla.rework.min", "soon"), [("rework.min", "limit.unreadable")]),
    (row("0501", overrides={"restore": "later"}), [("responsibility.0501.overrides", "limit.unreadable")]),
    (
        lambda rules: _set(
            rules,
            "calendars.years",
            lambda years: (replace(years[0], workdays_extra=("2025-10-01",)), *years[1:]),
        ),
        [("years[0].workdays_extra[0]", "calendar.day_both")],
    ),
]


def shipped() -> Rules:
    assert SHIPPED is not None
    return SHIPPED


@pytest.mark.parametrize(("plant", "expected"), PLANTS, ids=[f"{e[0][1]}-{e[0][0]}" for _, e in PLANTS])
def test_planted_fault_is_found_alone(plant: Plant, expected: Expected) -> None:
    found = check_rules(plant(shipped()), KNOWN)
    assert [(finding.key, finding.rule) for finding in found] == expected
    for code in ("zh", "en"):
        sentence = LANGUAGES[code].sentences[f"rule.{found[0].rule}"]
        assert placeholders(sentence) == set(found[0].params), "the sentence fits the values of the finding"


def test_a_missing_list_is_said_where_it_is_needed() -> None:
    found = check_rules(unlist("faults")(shipped()), KNOWN)
    assert {finding.rule for finding in found} == {"list.unknown"}
    assert "transitions.redispatch.fields.fault.source" in {finding.key for finding in found}


def test_a_milestone_may_be_replaced_by_every_row_of_the_class() -> None:
    def override(rows: Any) -> Any:
        return tuple(
            replace(r, overrides={**r.overrides, "arrive": "1 h_natural"}) if r.sla_class == "U1" else r
            for r in rows
        )

    rules = _set(sla_class("U1", arrive="")(shipped()), "responsibility", override)
    assert check_rules(rules, KNOWN) == []


def test_what_the_program_cannot_do_is_found() -> None:
    lame = Known(effects=KNOWN.effects - {"split"}, guards=KNOWN.guards - {"has_lead"})
    found = {(finding.key, finding.rule) for finding in check_rules(shipped(), lame)}
    assert found == {("guards.has_lead", "guard.not_built"), ("transitions.split.effect", "effect.unknown")}


def test_the_shipped_rules_use_all_that_is_built() -> None:
    workflow = shipped().workflow
    assert {t.effect for t in workflow.transitions if t.effect} == KNOWN.effects
    assert {guard for t in workflow.transitions for guard in t.guards} == KNOWN.guards


def test_every_sentence_has_a_planted_fault() -> None:
    """A rule that nothing plants could be dead. Files have their own tests, and so have calendars."""
    elsewhere = ("file.", "toml.", "csv.", "key.", "value.", "calendar.")
    planted = {rule for _, expected in PLANTS for _, rule in expected}
    planted |= {"list.unknown", "guard.not_built"}
    told = {key.removeprefix("rule.") for key in LANGUAGES["zh"].sentences if key.startswith("rule.")}
    assert {rule for rule in told if not rule.startswith(elsewhere)} == {
        rule for rule in planted if not rule.startswith(elsewhere)
    }


def test_the_digest_follows_the_content_alone() -> None:
    rules = shipped()
    turned = put("lists", dict(reversed(rules.lists.items())))(rules)
    assert rules_digest(turned) == rules_digest(rules)
    assert rules_digest(stage("check", "2 wd")(rules)) != rules_digest(rules)
