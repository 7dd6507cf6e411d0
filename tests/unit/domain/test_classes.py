"""Category, class and place: at registering, accepting, filing, reclassifying; urgent is a class and nothing
else."""

from __future__ import annotations

from app.base.clock import HOUR_MS
from app.domain import timing
from app.domain.effects.casework import placed
from app.domain.place import Place, Point, read_position
from app.domain.sealed import Sealed
from tests.helpers.lives import CENTRE_LEAD, DISPATCHER, INTAKE, SHIFT_LEAD, SYSTEM, SZ, Life, clocks


def test_the_class_of_a_report_is_its_categorys_raised_by_the_flags() -> None:
    world = Life()
    for report, sla_class in (
        ({"category": "0602"}, "W3"),
        ({"category": "0602", "urgent": True}, "U1"),
        ({"category": "0602", "life_danger": True}, "U0"),
        ({"category": "0501", "urgent": True}, "U0"),
        ({"category": ""}, ""),
        ({"category": "", "urgent": True}, "U1"),
    ):
        case = world.register(**report)
        assert (case.sla_class, case.urgent) == (sla_class, sla_class.startswith("U"))


def test_accepting_gives_the_class_of_the_category_and_lowers_nothing() -> None:
    world = Life()
    for before, category, sla_class, state in (
        ({"category": ""}, "1001", "W5", "accepted"),
        ({"category": "0602"}, "1001", "W5", "accepted"),
        ({"category": ""}, "0501", "U0", "filed"),
        ({"category": "", "urgent": True}, "1001", "U1", "filed"),
        ({"category": "0501"}, "1001", "U0", "filed"),
    ):
        case = world.do(world.register(**before), "accept", INTAKE, category=category)
        assert (case.category, case.sla_class, case.state) == (category, sla_class, state)


def test_accepting_corrects_the_place() -> None:
    world = Life()
    case = world.register(area="", address="不详")
    case = world.do(
        case, "accept", INTAKE, area="990101001001", address="滨河路118号", position="117.01, 30.02"
    )
    assert case.place == Place("990101001001", "滨河路118号", Point(117.01, 30.02))
    assert world.refused(world.register(), "accept", INTAKE, area="990109") == "field_area"
    assert world.refused(world.register(), "accept", INTAKE, position="路口") == "field_position"
    assert world.refused(world.register(), "accept", INTAKE, place_confirmed=False) == "not_confirmed"


def test_a_sealed_address_shows_its_mask_and_leads_to_the_vault() -> None:
    sealed = {"mask": "滨河路118号***", "ref": "r", "hash": "h"}
    place = placed(Place("990101"), {"address": sealed})
    assert place == Place("990101", "滨河路118号***", None, Sealed("r", "滨河路118号***", "h"))
    assert placed(place, {"place_confirmed": True}) == place


def test_positions_are_degrees() -> None:
    assert read_position(" 117.5,30 ") == Point(117.5, 30.0)
    assert read_position("117.5，30.25") == Point(117.5, 30.25)
    for wrong in ("", "117.5", "200,30", "117,91", "nan,1", "1e2,3", "１１７,30", "117.5;30"):
        assert read_position(wrong) is None


def test_an_urgent_class_is_lowered_by_the_shift_lead_only_in_whatever_step() -> None:
    world = Life()
    case = world.dispatched("SZ", category="0501")
    for lower in ("U1", "W3"):
        form = {"category": "0501", "sla_class": lower}
        assert world.refused(case, "reclassify", DISPATCHER, **form) == "lower_by_lead"
    assert world.do(case, "reclassify", SHIFT_LEAD, sla_class="U1").sla_class == "U1"
    raised = world.do(world.dispatched("SZ"), "reclassify", DISPATCHER, sla_class="U1")
    assert (raised.urgent, raised.state) == (True, "dispatched")
    reopened = world.do(world.closed("SZ", category="0501"), "reopen", CENTRE_LEAD)
    assert world.refused(reopened, "file", DISPATCHER, sla_class="W3") == "lower_by_lead"
    assert world.do(reopened, "file", DISPATCHER, sla_class="U0").state == "filed"


def test_a_new_class_works_from_the_same_starts() -> None:
    world = Life()
    case = world.handling("CG", category="1001")
    started = world.now
    world.advance(5 * HOUR_MS)
    case = world.do(case, "reclassify", DISPATCHER, category="1101", sla_class="W15")
    due = timing.working_due(world.book, case, case.lead)
    from_start = world.book.limit("handle", "W15", "1101")
    assert from_start is not None
    assert due == world.book.calendar("CG").add(started, from_start).at
    assert (case.category, case.state) == ("1101", "handling")


def test_marked_urgent_a_case_is_u1_or_u0_when_life_is_in_danger() -> None:
    world = Life()
    case = world.do(world.register(), "mark_urgent", INTAKE)
    assert (case.sla_class, case.state, case.overlays) == ("U1", "reported", ())
    assert world.do(case, "mark_urgent", INTAKE, life_danger=True).sla_class == "U0"
    assert world.do(case, "mark_urgent", SHIFT_LEAD).sla_class == "U0"
    assert world.refused(world.closed(), "mark_urgent", INTAKE) == "wrong_state"


def test_turned_urgent_after_acceptance_a_case_is_filed_at_once() -> None:
    world = Life()
    case = world.do(world.register(), "accept", INTAKE)
    case = world.do(case, "mark_urgent", SYSTEM)
    assert (case.state, world.taken[-2:]) == ("filed", ["mark_urgent", "file"])
    assert clocks(case) == {"total", "dispatch"}
    other = world.do(world.register(), "accept", INTAKE)
    assert world.do(other, "reclassify", DISPATCHER, sla_class="U0").state == "filed"


def test_a_further_report_that_is_urgent_makes_the_matter_urgent() -> None:
    world = Life()
    case = world.handling("SZ")
    world.register(joins=case.id, wants_answer=False)
    assert world.cases[case.id].sla_class == "W3"
    world.register(joins=case.id, life_danger=True)
    case = world.cases[case.id]
    assert (case.sla_class, len(case.reports), case.state) == ("U0", 3, "handling")
    assert {"arrive", "make_safe", "restore"} <= clocks(case)


def test_what_is_settled_before_any_dispatch_has_its_category_too() -> None:
    world = Life()
    case = world.register(category="")
    case = world.do(case, "answered_at_once", INTAKE, category="1901")
    assert (case.state, case.result, case.category, case.sla_class) == ("closed", "answered", "1901", "Q0")
    urgent = world.register(category="1901", urgent=True)
    assert world.refused(urgent, "answered_at_once", INTAKE, category="1901") == "class_q0"
    assert world.refused(world.register(), "answered_at_once", INTAKE, category="0602") == "class_q0"


def test_categories_and_classes_must_be_known() -> None:
    world = Life()
    case = world.dispatched("SZ")
    for form, code in (
        ({"category": "06"}, "field_category"),
        ({"category": "9"}, "field_category"),
        ({"category": 602}, "field_category"),
        ({"sla_class": "U9"}, "field_choice"),
        ({"sla_class": True}, "field_choice"),
        ({"reason": ""}, "field_missing"),
    ):
        assert world.refused(case, "reclassify", SHIFT_LEAD, **form) == code
    assert world.refused(case, "reclassify", SZ) == "role_may_not"
