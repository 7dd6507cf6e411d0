"""Cases lived through in memory alone: the same deciding and folding as the hall's, without a log."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace

from app.base.clock import Instant
from app.commands.command import NewReport
from app.commands.registering import initial_class
from app.domain.actor import SYSTEM, Actor
from app.domain.area import AreaTree
from app.domain.ask import Ask
from app.domain.code import case_code
from app.domain.consequences import follows
from app.domain.contested import ContestSettled
from app.domain.decide import decide, pick_order, refuse_confirmation
from app.domain.evolve import evolve, evolve_each
from app.domain.fact import Fact
from app.domain.incident import Incident, Reporter
from app.domain.kinds import kind_of, read_body
from app.domain.moves import CaseMoved
from app.domain.place import Place
from app.domain.refusal import Refusal
from app.domain.report import ReportImported, ReportReceived
from app.domain.rulebook import RuleBook
from app.domain.sealed import Sealed
from tests.helpers.halls import AREAS, MONDAY_9, actor, fill, shipped_book

PHONE = Sealed("ref", "138****1234", "hash")


class Life:
    """A world of cases without a disk. Every fact goes through the bytes it would be written as."""

    def __init__(self, book: RuleBook | None = None, now: Instant = MONDAY_9) -> None:
        self.book = book or shipped_book()
        self.areas = AreaTree(AREAS)
        self.now = now
        self.cases: dict[str, Incident] = {}
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.taken: list[str] = []
        self.written = 0
        self.colleague = False
        self._numbers = count(1)
        self._ids = count(1)

    # What new identities need (app.domain.bodies.Mint).

    def incident(self) -> str:
        return f"i{next(self._ids)}"

    def code(self, channel: str) -> str:
        return case_code("990101", "20260309", channel, "A1", next(self._ids))

    def advance(self, ms: int) -> None:
        self.now += ms

    def register(self, **report: Any) -> Incident:
        """Take in a report (a lamp out in Binhe Street unless told) and return its case."""
        fields: dict[str, Any] = {
            "channel": "phone",
            "what": "路灯不亮",
            "category": "0602",
            "area": "990101001001",
        }
        new = NewReport(**(fields | report))
        joined = self.cases.get(new.joins)
        body = ReportReceived(
            incident=joined.id if joined else self.incident(),
            report=f"r{next(self._ids)}",
            code=joined.code if joined else self.code(new.channel),
            channel=new.channel,
            what=new.what,
            place=Place(new.area, new.address, new.point),
            category=new.category,
            sla_class=initial_class(new, self.book),
            reporter=Reporter(phone=PHONE if new.wants_answer else None, wants_answer=new.wants_answer),
            joins=joined is not None,
        )
        self.write(body, [body.incident], "op-intake")
        return self.cases[body.incident]

    def imported(self, body: ReportImported) -> Incident:
        self.write(body, [body.incident], "op-admin")
        return self.cases[body.incident]

    def write(self, body: msgspec.Struct, subjects: list[str], by: str, cause: str | None = None) -> Fact:
        """Fold one fact into every case it is about."""
        kind = kind_of(body)
        body = read_body(kind.name, kind.version, msgspec.json.encode(body)) or body
        number = next(self._numbers)
        self.written += 1
        fact = Fact(body, self.now, number, f"e{number}", by, kind.name, self.now, cause)
        self.cases.update(list(evolve_each(subjects, self.cases.get, fact, self.book)))
        for subject in subjects:
            if subject in self.cases:
                self.facts[subject].append(fact)
        return fact

    def ask(self, case: Incident | str, action: str, by: Actor, **more: Any) -> Ask:
        """The question as the hall would put it."""
        me = self.cases[case if isinstance(case, str) else case.id]
        named = {key: more.pop(key, "") for key in ("order", "confirms", "refuses")}
        transition = self.book.transitions[action]
        master = str(more.get("master_id", ""))
        return Ask(
            book=self.book,
            incident=me,
            transition=transition,
            actor=by,
            now=self.now,
            form=more,
            order=pick_order(me, transition, by, named["order"]),
            areas=self.areas,
            others={k: self.cases[k] for k in (master, me.master) if k in self.cases and k != me.id},
            confirms=named["confirms"] or named["refuses"],
            colleague=self.colleague,
        )

    def try_(self, case: Incident | str, action: str, by: Actor, **more: Any) -> msgspec.Struct:
        """Take a transition with its consequences; the body that was written, or the refusal."""
        ask = self.ask(case, action, by, **dict(more))
        before = ask.incident
        body = (
            refuse_confirmation(ask, str(more.get("reason", "")))
            if more.get("refuses")
            else decide(ask, self)
        )
        if isinstance(body, Refusal):
            return body
        subjects = [before.id, *filter(None, [getattr(body, "master", "")])]
        subjects += [part.incident for part in getattr(body, "parts", ())]
        first = self.write(body, subjects, by.operator)
        self.taken.append(action)
        for then in follows(self.cases[before.id], body, self.book):
            self.write(
                CaseMoved(before.id, then.action, form=then.form), [before.id], SYSTEM.operator, first.eid
            )
            self.taken.append(then.action)
        return body

    def do(self, case: Incident | str, action: str, by: Actor, **more: Any) -> Incident:
        """The same, and it must be done; required fields that are not given are filled with anything that
        fits."""
        me = case if isinstance(case, str) else case.id
        if not more.get("confirms") and not more.get("refuses"):
            more = {**self.fill(action, self.cases[me]), **more}
        body = self.try_(me, action, by, **more)
        assert not isinstance(body, Refusal), (action, body)
        return self.cases[me]

    def agreed(self, case: Incident | str, action: str, by: Actor, second: Actor, **more: Any) -> Incident:
        """An action that a second person must agree to, and does."""
        asked = self.do(case, action, by, **more)
        return self.do(asked, action, second, confirms=asked.pending[-1].eid)

    def refused(self, case: Incident | str, action: str, by: Actor, **more: Any) -> str:
        """The code of the refusal, for a guard its name; the case must be as before."""
        me = case if isinstance(case, str) else case.id
        before = dict(self.cases)
        if not more.get("confirms") and not more.get("refuses"):
            more = {**self.fill(action, self.cases[me]), **more}
        refusal = self.try_(me, action, by, **more)
        assert isinstance(refusal, Refusal), refusal
        assert self.cases == before
        return refusal.params["guard"] if refusal.code == "guard" else refusal.code

    def fill(self, action: str, case: Incident) -> dict[str, Any]:
        return fill(action, case, self.book, self.now)

    def filed(self, **report: Any) -> Incident:
        """A case that waits for its dispatch."""
        case = self.register(**report)
        case = self.do(case, "accept", INTAKE, category=case.category or "0602")
        return case if case.urgent else self.do(case, "file", DISPATCHER)

    def dispatched(self, lead: str = "SZ", co: tuple[str, ...] = (), **report: Any) -> Incident:
        """A case that has just been dispatched to `lead`."""
        case = self.filed(**report)
        return self.do(case, "dispatch", DISPATCHER, lead_department=lead, co_departments=list(co))

    def handling(self, lead: str = "SZ", co: tuple[str, ...] = (), **report: Any) -> Incident:
        """A case whose lead, and every co-department, has signed."""
        case = self.dispatched(lead, co, **report)
        for order in case.orders:
            case = self.do(case, "sign", handler(order.unit))
        return case

    def checking(self, lead: str = "SZ", **report: Any) -> Incident:
        """A case with the lead's feedback."""
        return self.do(self.handling(lead, **report), "feedback", handler(lead))

    def calling(self, lead: str = "SZ", **report: Any) -> Incident:
        """A case that waits for its call-back."""
        return self.do(self.checking(lead, **report), "check_pass", DISPATCHER)

    def closed(self, lead: str = "SZ", **report: Any) -> Incident:
        """A case that went the whole plain way."""
        return self.do(self.calling(lead, **report), "callback_done", CALLBACK)

    def refolded(self, incident: str) -> Incident | None:
        """The case as its facts alone make it."""
        state: Incident | None = None
        for fact in self.facts[incident]:
            state = evolve(state, fact, self.book, incident)
        return state

    def settled(self, case: Incident, choice: str, by: str = "op-dispatcher-ZZZX") -> Incident:
        """The first contested item of the case decided, without what `second` carries out anew."""
        body = ContestSettled(case.id, case.contested[0].eid, choice, "看过")  # type: ignore[arg-type]
        self.write(body, [case.id], by)
        return self.cases[case.id]


def handler(unit: str) -> Actor:
    return actor("handler", unit)


INTAKE = actor("intake")
DISPATCHER = actor("dispatcher")
SHIFT_LEAD = actor("shift_lead")
CENTRE_LEAD = actor("centre_lead")
SUPERVISOR = actor("supervisor")
CALLBACK = actor("callback")
LEADER = actor("leader")
GRID = actor("grid_worker", "WG@990101001001001")
SZ = handler("SZ")
CG = handler("CG")


def clocks(case: Incident) -> set[str]:
    """The case's own clocks that run."""
    return {run.clock for run in case.clocks if run.stopped_at is None}


def order_clocks(case: Incident, place: int = 0) -> set[str]:
    """The clocks of its `place`-th order that run."""
    return {run.clock for run in case.orders[place].clocks if run.stopped_at is None}


__all__ = [
    "CALLBACK",
    "CENTRE_LEAD",
    "CG",
    "DISPATCHER",
    "GRID",
    "INTAKE",
    "LEADER",
    "SHIFT_LEAD",
    "SUPERVISOR",
    "SYSTEM",
    "SZ",
    "Life",
    "actor",
    "clocks",
    "handler",
    "order_clocks",
    "replace", ]  # fmt: skip
