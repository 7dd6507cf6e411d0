"""Settling what two desks wanted of one case: a person says whose word stands, and that is an entry."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import Instant
from app.commands.administering import REASON_MAX
from app.commands.command import AlreadyDone, Done, Outcome
from app.commands.desk import Desk
from app.commands.elsewhere import absent
from app.commands.following import as_fact, consequences
from app.commands.loading import fact_of, incident_of, last_numbered
from app.domain.actor import SYSTEM, Actor
from app.domain.ask import Ask
from app.domain.contested import Choice, Contested, ContestSettled
from app.domain.decide import decide
from app.domain.evolve import evolve_each
from app.domain.incident import Incident
from app.domain.kinds import incident_in, incident_subject
from app.domain.masking import mask_text
from app.domain.redo import Wish, next_wish
from app.domain.refusal import Refusal
from app.domain.workflow import Transition
from app.log.entries import Draft, Numbered
from app.log.port import Duplicate, Written

SETTLE_CONTEST = "settle_contest"

TRIES = 5
"""Like a command's: a case that moved on five times meanwhile is for the person to look at again."""

STEPS_MAX = 3
"""Steps to what was wanted: the way there is one step at most, and what was wanted another."""


def settle(
    desk: Desk,
    incident: str,
    contested: str,
    choice: Choice,
    reason: str,
    actor: Actor,
    id: str = "",  # noqa: A002  the name it has in every command
) -> Outcome:
    """Say whose word stands in the contested item `contested` (the entry that was withheld) of `incident`.

    `first` leaves the case as it is. `second` carries out anew what was withheld, judged by the rules against
    the case as it stands now and in the same append; which of the rules' own ways lead there is said in
    app.domain.redo. What the second desk did further in its chain is not repeated: it was built on what never
    took effect. Where the rules refuse, nothing is written and the item stays. `id` makes a repeat harmless.
    """
    if not desk.book().permits(actor.role, SETTLE_CONTEST):
        return Refusal("role_may_not", params={"role": actor.role, "action": SETTLE_CONTEST})
    if choice not in ("first", "second"):
        return Refusal("field_choice", "choice", {"value": str(choice)[:40]})
    if not reason.strip():
        return Refusal("field_missing", "reason")
    if len(reason) > REASON_MAX:
        return Refusal("field_long", "reason", {"most": str(REASON_MAX)})
    for _ in range(TRIES):
        if id and (known := desk.log.by_unique(f"idem:{id}")) is not None:
            return AlreadyDone(incident_of(desk.log, known), known)
        settling = _Settling.load(desk, incident, contested)
        if isinstance(settling, Refusal):
            return settling
        drafts = settling.drafts(choice, mask_text(reason.strip()), actor, id)
        if isinstance(drafts, Refusal):
            return drafts
        outcome = _write(desk, drafts, settling.case)
        if outcome is not None:
            return outcome
    return Refusal("moved_on")


def _write(desk: Desk, drafts: Sequence[Draft], case: Incident) -> Outcome | None:
    """None when one of the cases moved on meanwhile."""
    appended = desk.log.append(drafts).result()
    if isinstance(appended, Written):
        return Done(case.id, case.code, appended.entries)
    if isinstance(appended, Duplicate) and appended.subject.startswith("idem:"):
        return AlreadyDone(case.id, appended.gseq)
    return None


class _Settling:
    """One item on its way to being settled: the cases it is about, as they change with each draft."""

    def __init__(
        self,
        desk: Desk,
        item: Contested,
        case: str,
        wanted_by: Sequence[str],
        cases: dict[str, Incident],
        base: dict[str, int],
    ) -> None:
        self._desk = desk
        self._item = item
        self._me = case
        self._wanted_by = wanted_by
        self._cases = cases
        self._base = base
        self._now: Instant = desk.clock.now()
        self._drafts: list[Draft] = []

    @classmethod
    def load(cls, desk: Desk, incident: str, contested: str) -> _Settling | Refusal:
        """Fold the case that `contested` speaks of, and the other one of a merge."""
        entries = desk.log.history(incident_subject(incident))
        shown = desk.fold(entries, incident)
        if shown is None:
            return absent(desk, incident)
        item = next((item for item in shown.contested if item.eid == contested), None)
        if item is None:
            return Refusal("contest_gone")
        me = _about(entries, item) or incident
        cases: dict[str, Incident] = {}
        base: dict[str, int] = {}
        for name in _named(desk, me, item):
            found = desk.log.history(incident_subject(name))
            case = desk.fold(found, name)
            if case is not None:
                cases[name], base[incident_subject(name)] = case, last_numbered(found)
        if me not in cases:
            # A master shows the item of a case that this desk knows nothing of yet, or no more.
            return Refusal("contest_gone")
        return cls(desk, item, me, _wanted_by(entries, item), cases, base)

    @property
    def case(self) -> Incident:
        return self._cases[self._me]

    def drafts(self, choice: Choice, reason: str, actor: Actor, once: str) -> list[Draft] | Refusal:
        """What is to be written in one append; or why the rules do not let the second stand."""
        eid = self._item.eid
        about = [n for n, case in self._cases.items() if any(item.eid == eid for item in case.contested)]
        subjects = [incident_subject(name) for name in dict.fromkeys([self._me, *about])]
        body = ContestSettled(self._me, eid, choice, reason)
        settled = self._draft(body, [*subjects, f"idem:{once}"] if once else subjects, actor, None)
        if choice == "second" and not self._item.applied:
            return self._second(settled, reason, actor) or self._drafts
        return self._drafts

    def _second(self, settled: Draft, reason: str, actor: Actor) -> Refusal | None:
        desk, book, item = self._desk, self._desk.book(), self._item
        for _ in range(STEPS_MAX):
            master = self._cases.get(self.case.master or str(item.form.get("master_id", "")))
            wish = next_wish(item, self.case, master, book, reason)
            if wish is None:
                return Refusal("unknown_action", params={"action": item.action})
            transition, mint = book.transitions[wish.action], desk.mint(self._now)
            by = _doer(desk, self._wanted_by, transition, actor) if wish.last else actor
            decided = decide(self._ask(wish, transition, by), mint)
            if isinstance(decided, Refusal):
                return decided
            before = self.case
            step = self._draft(decided, [*_subjects(decided), *mint.subjects], actor, settled.eid)
            if wish.last:
                self._drafts += consequences(desk, step, before, book, self._now)
                return None
        return Refusal("moved_on")

    def _ask(self, wish: Wish, transition: Transition, by: Actor) -> Ask:
        case = self.case
        return Ask(
            book=self._desk.book(),
            incident=case,
            transition=transition,
            actor=by,
            now=self._now,
            form=wish.form,
            order=case.order(wish.order) if transition.on == "order" else None,
            areas=self._desk.hall.areas,
            others={name: other for name, other in self._cases.items() if name != case.id},
            settles=True,
        )

    def _draft(self, body: msgspec.Struct, subjects: Sequence[str], actor: Actor, cause: str | None) -> Draft:
        """One more draft, and the cases as they are once it is written."""
        desk = self._desk
        draft = desk.draft(
            body, subjects, actor, self._now, cmd=SETTLE_CONTEST, base=dict(self._base), cause=cause
        )
        fact = as_fact(draft, self.case, self._now)
        names = [name for name in (incident_in([subject]) for subject in subjects) if name]
        self._cases.update(list(evolve_each(names, self._cases.get, fact, desk.book())))
        self._drafts.append(draft)
        return draft


def _about(entries: Sequence[Numbered], item: Contested) -> str:
    """The case that the withheld entry itself is about: a master shows the item of what merged into it."""
    found = next((numbered for numbered in entries if numbered.entry.eid == item.eid), None)
    fact = fact_of(found) if found is not None else None
    return str(getattr(fact.body, "incident", "")) if fact is not None else ""


def _named(desk: Desk, me: str, item: Contested) -> list[str]:
    """The case, the master it is to go into, and the one it went into meanwhile."""
    case = desk.incident(me)
    master = case.master if case is not None else ""
    return [name for name in dict.fromkeys([me, str(item.form.get("master_id", "")), master]) if name]


def _wanted_by(entries: Sequence[Numbered], item: Contested) -> list[str]:
    """Who wanted it: the one who did it, and where that was a second person's consent, who had asked."""
    by_eid = {numbered.entry.eid: numbered.entry for numbered in entries}
    found = by_eid.get(item.eid)
    asked = by_eid.get(found.cause or "") if found is not None else None
    return [item.actor] if asked is None else [item.actor, asked.actor]


def _doer(desk: Desk, wanted_by: Sequence[str], transition: Transition, settler: Actor) -> Actor:
    """Who wanted it, in a role that may: the rules judge the deed by its doer. Somebody who is no operator of
    the hall any more is stood for by who settles."""
    for operator in wanted_by:
        if operator == SYSTEM.operator:
            return SYSTEM
        granted = desk.hall.operators.get(operator)
        if granted is None:
            continue
        role = next((r for r in granted.roles if r in transition.by), "")
        if role:
            return Actor(operator, role, granted.unit, settler.desk, settler.session)
    return settler


def _subjects(body: msgspec.Struct) -> list[str]:
    named = [str(getattr(body, name, "")) for name in ("incident", "master")]
    return [incident_subject(name) for name in named if name]
