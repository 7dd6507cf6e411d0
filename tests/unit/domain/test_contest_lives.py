"""Random lives on desks that are cut off now and then: every rule holds everywhere, and nothing is lost."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.incident import Incident
from app.domain.refusal import Refusal
from app.domain.touch import CONTENDING, touch_of
from tests.helpers.chance import STEP, WAITS, form, move, pick, report, second, who
from tests.helpers.desks import DeskLife, Hub, healed, two_desks
from tests.helpers.invariants import check_case

Step = tuple[int, int, int, int, int, int]

LINES = ("none", "none", "none", "none", "push", "pull", "sync", "one")
"""What the line does before a step: mostly it is cut."""


def play(desk: DeskLife, step: Step) -> None:
    """Somebody at this desk tries something, or settles what is contested."""
    which, what, by, agreed, filled, wait = step
    desk.advance(pick(WAITS, wait))
    case = pick(list(desk.cases.values()), which)
    if case.contested and agreed % 3 == 0:
        desk.settled(case, pick(("first", "second"), agreed // 3))
        return
    if case.pending and agreed % 2:
        pending = pick(case.pending, agreed // 2)
        more = {"refuses" if agreed % 6 == 1 else "confirms": pending.eid, "reason": "不同意"}
        desk.try_(case, pending.action, second(case, pending, desk.book, by), **more)
        return
    transition, order = move(case, desk.book, what)
    others = {key: value for key, value in desk.cases.items() if key != case.id}
    values = form(case, transition, desk.book, others, desk.now, filled)
    desk.try_(case, transition.action, who(case, transition, order, by), **values, order=order)


def line(desk: DeskLife, what: str) -> None:
    if what == "one":
        desk.push(1)
    elif what != "none":
        {"push": desk.push, "pull": desk.pull, "sync": desk.sync}[what]()


def look(cases: dict[str, Incident], desk: DeskLife) -> None:
    """Every case has exactly one owner and keeps every rule; no report is lost or told twice."""
    for case in cases.values():
        check_case(case, desk.book, desk.areas.street_of(case.place.area))
    reports = Counter(r.report for case in cases.values() for r in case.reports)
    assert set(reports.values()) <= {1}, reports


def account(hub: Hub, desk: DeskLife) -> None:
    """Each fact took effect, or is idle, or waits for a person: there is no fourth way."""
    assert hub.refolded() == hub.cases
    for me, case in hub.cases.items():
        about = [fact for fact, names in hub.told if me in names]
        assert case.entries == len(about)
        withheld = [
            e for item in case.contested for e in (*item.withheld, *(() if item.applied else [item.eid]))
        ]
        aside = [*withheld, *case.idle]
        assert len(aside) == len(set(aside))
        assert set(aside) <= {fact.eid for fact in about}
        if desk.book.states[case.state].kind == "final" or case.history is not None:
            continue
        moving = [
            fact.eid
            for fact in about
            if type(fact.body) in CONTENDING and fact.eid not in aside and touch_of(fact.body, desk.book, me)
        ]
        assert set(moving) >= {m.eid for m in case.moves}
        assert all(item.against.gseq < item.gseq for item in case.contested)


@settings(max_examples=30)
@given(
    reports=st.lists(st.integers(0, 999), min_size=1, max_size=3),
    steps=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(LINES), STEP), min_size=15, max_size=45),
    dispatched=st.booleans(),
)
def test_no_rule_breaks_on_any_desk_and_nothing_is_lost(
    reports: list[int], steps: list[tuple[int, str, Step]], dispatched: bool
) -> None:
    hub, *both = two_desks()
    desks = [*both, hub.desk("C")]
    for number in reports:
        made = desks[0].handling("SZ", ("CG",), **report(number)) if dispatched else None
        if made is None:
            desks[0].register(**report(number))
    healed(hub, *desks)
    for number, cut, step in steps:
        desk = desks[number]
        line(desk, cut)
        play(desk, step)
        look(desk.cases, desk)
        look(hub.cases, desk)
    healed(hub, *desks)
    assert len(hub.told) == sum(desk.written for desk in desks)
    account(hub, desks[0])


@settings(max_examples=30)
@given(
    number=st.integers(0, 999),
    ours=st.lists(STEP, min_size=1, max_size=6),
    theirs=st.lists(STEP, min_size=1, max_size=6),
    dispatched=st.booleans(),
)
def test_the_order_of_arrival_decides_only_who_leads(
    number: int, ours: list[Step], theirs: list[Step], dispatched: bool
) -> None:
    told = []
    for first in (0, 1):
        hub, a, b = two_desks()
        case = a.handling("SZ", ("CG",), **report(number)) if dispatched else a.register(**report(number))
        healed(hub, a, b)
        for desk, steps in ((a, ours), (b, theirs)):
            for which, what, by, agreed, filled, _ in steps:
                play(desk, (which, what, by, agreed, filled, 0))
        leading = (a, b)[first]
        leading.push()
        leading.pull()
        # Who comes first is in nobody's shadow: the hub shows just what that desk did.
        assert leading.cases == hub.cases
        assert all(c.contested == () for c in hub.cases.values())
        healed(hub, a, b)
        look(hub.cases, a)
        account(hub, a)
        told.append(sorted((f.eid, f.kind, tuple(names)) for f, names in hub.told))
        assert case.id in hub.cases
    assert told[0] == told[1]


def test_the_steps_of_these_lives_do_meet() -> None:
    """What the properties above are tried on holds contests of many kinds, not only luck."""
    met: Counter[str] = Counter()

    @settings(max_examples=80, database=None, derandomize=True)
    @given(st.lists(STEP, min_size=3, max_size=6), st.lists(STEP, min_size=3, max_size=6))
    def live(ours: list[Step], theirs: list[Step]) -> None:
        hub, a, b = two_desks()
        a.handling("SZ", ("CG",))
        healed(hub, a, b)
        for desk, steps in ((a, ours), (b, theirs)):
            for step in steps:
                play(desk, (*step[:5], 0))
        healed(hub, a, b)
        met.update(item.action for case in hub.cases.values() for item in case.contested)
        met.update("idle" for case in hub.cases.values() if case.idle)

    live()
    assert len(met) > 5, met


def test_a_refusal_writes_nothing() -> None:
    hub, a, _ = two_desks()
    case = a.filed()
    written = len(a.waiting)
    assert isinstance(a.try_(case, "sign", who(case, a.book.transitions["sign"], "", 11)), Refusal)
    assert len(a.waiting) == written
    assert hub.told == []
