"""The case on the desk: one at a time, its actions, and its personal data in clear for as long as allowed."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from app.base.clock import MINUTE_MS, Instant
from app.base.ids import IdMaker
from app.commands.command import Command, Outcome
from app.commands.requesting import MAKE_REQUEST, Wish
from app.domain import timing
from app.domain.incident import Incident
from app.domain.light import light
from app.domain.workflow import PRIOR
from app.viewmodels import case_words as words
from app.viewmodels.case_view import ActionLine, CaseView, Fact
from app.viewmodels.context import Context
from app.viewmodels.delivery import to_call
from app.viewmodels.explaining import clock_titles, explained
from app.viewmodels.form_fields import FormField, Option, form_fields
from app.viewmodels.request_words import ask_form, ask_line, asked_about
from app.viewmodels.signal import Changed, Keys
from app.viewmodels.timeline import life

SHOWN_MS = MINUTE_MS
"""How long personal data stays in clear: privacy.toml [reveal]."""

REVEAL = "reveal"
"""The form that asks what to show and why; an action of the console, not of the workflow."""


class CaseModel:
    """Shows one case at a time; `changed` fires when it did, `ticked` each second for its countdowns."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._incident: Incident | None = None
        self._home = ""
        self._row: int | None = None
        self._ids = IdMaker()
        self._opened: dict[str, tuple[str, Instant]] = {}
        self._calls: tuple[str, ...] = ()
        self.changed = Changed()
        self.ticked = Changed()
        self._links = [
            context.pulse.news.connect(self._news),
            context.pulse.hall.connect(lambda _keys: self.changed.emit()),
            # What was on this PC only may be at the hub now.
            context.pulse.linked.connect(lambda _keys: self.changed.emit()),
            context.pulse.second.connect(self._second),
        ]

    @property
    def incident(self) -> Incident | None:
        return self._incident

    def open(self, incident: str) -> bool:
        """Show this case; False when there is none of that id. What another case showed in clear goes."""
        if self._incident is None or self._incident.id != incident:
            self._opened.clear()
        self._incident = self._context.reading.case(incident)
        self._home = self._context.reading.home(incident)
        self._row = self._context.reading.row_of(incident) if self._incident is not None else None
        self._calls = self.to_call()
        self.changed.emit()
        return self._incident is not None

    def seat_changed(self) -> None:
        """Somebody else sits here: what the one before was shown is masked, and other actions may be had."""
        self._opened.clear()
        self.changed.emit()

    def view(self) -> CaseView | None:
        """The case in words, or None while none is open."""
        case, context = self._incident, self._context.at(self._home)
        book = context.book
        if case is None or book is None:
            return None
        shown = timing.shown(book, case)
        done = book.states[case.state].kind in ("done", "final")
        entries = context.reading.entries(case.id)
        lit = light(shown.deadline, context.now()) if shown is not None and not done else "none"
        return CaseView(
            incident=case.id,
            code=case.code,
            title=case.what,
            urgency=words.urgency_words(context, case),
            status=words.status_words(context, book, case),
            light=lit,
            facts=words.facts(
                context, case, {ref: value for ref, (value, _) in self._opened.items()}, self._home
            ),
            waits=words.waits(context, case) + (asked_about(self._context, entries) if self._home else ()),
            deadlines=explained(context, case) if not done else (),
            orders=words.orders(context, book, case),
            life=life(context, entries, case),
            actions=words.actions(context, book, case)
            if not self._home
            else (ask_line(self._context, self._home),),
            life_note=words.life_note(context, entries),
        )

    def clocks(self) -> tuple[tuple[str, str], ...]:
        """Light and title of each explained deadline, in the order of the view; they change each second."""
        context = self._context.at(self._home)
        return clock_titles(context, self._incident) if self._incident is not None else ()

    def form(self, action: ActionLine) -> tuple[FormField, ...]:
        """The form of an action of this case; a second person's yes has none, their no wants a reason."""
        book, case, text = self._context.book, self._incident, self._context.text
        if action.id == MAKE_REQUEST:
            return ask_form(self._context)
        if action.confirms or case is None or book is None:
            return ()
        if action.refuses:
            return (FormField("reason", text("case.turn_down_reason"), "text"),)
        transition = book.transitions.get(action.id)
        return form_fields(self._context, case, transition, action.order) if transition is not None else ()

    def reveal_form(self) -> tuple[FormField, ...]:
        """What may be shown, and the reasons to pick from; empty when nothing of the case is masked."""
        book, case, text = self._context.book, self._incident, self._context.text
        if case is None or book is None or self._home:
            return ()
        masked = tuple(
            Option(sealed.ref, text(words.SEALED_LABELS[field]))
            for field, sealed in words.sealed_parts(case)
            if sealed.ref not in self._opened
        )
        if not masked:
            return ()
        label = self._context.label
        reasons = tuple(Option(c.id, label(c.label)) for c in book.rules.lists.get("reveal_reasons", ()))
        return (
            FormField("ref", text("case.reveal_what"), "choice", masked, value=self._likely_ref(case)),
            FormField(
                "reason", text("case.reveal_why"), "choice", reasons, value=reasons[0].id if reasons else None
            ),
        )

    def command_id(self) -> str:
        """A new id for one filling-in of a form: sent twice it is written once."""
        return self._ids(self._context.now())

    def take(self, action: ActionLine, form: Mapping[str, Any], command_id: str = "") -> Future[Outcome]:
        """Do it; the outcome comes when it is on disk, or was refused."""
        assert self._incident is not None
        if action.id == MAKE_REQUEST:
            wish = Wish(to=self._home, incident=self._incident.id, id=command_id, **form)
            return self._context.acting.request(wish, self._context.actor)
        command = Command(
            action=action.id,
            incident=self._incident.id,
            id=command_id,
            order=action.order,
            form=dict(form),
            confirms=action.confirms,
            refuses=action.refuses,
        )
        return self._context.acting.submit(command, self._context.actor)

    def reveal(self, ref: str, reason: str) -> Future[str]:
        """The value in clear, after the entry that says who saw it; the future raises RefusedError if not."""
        assert self._incident is not None
        fields = {sealed.ref: field for field, sealed in words.sealed_parts(self._incident)}
        return self._context.acting.reveal(
            self._incident.id, fields.get(ref, ""), ref, reason, self._context.actor
        )

    def show_clear(self, incident: str, ref: str, value: str) -> None:
        """Show a value that was revealed, for a minute and only on the case it belongs to."""
        if self._incident is not None and self._incident.id == incident:
            self._opened[ref] = (value, self._context.now() + SHOWN_MS)
            self.changed.emit()

    def left_ms(self) -> int:
        """How long the value in clear still stands, 0 when none does."""
        until = max((until for _, until in self._opened.values()), default=0)
        return max(0, until - self._context.now())

    def to_call(self) -> tuple[str, ...]:
        """The orders of the case that reached nobody and whose units are to be called, by code."""
        case, status, now = self._incident, self._context.link(), self._context.now()
        if self._home:
            return ()
        return tuple(o.code for o in case.orders if to_call(o, status, now)) if case is not None else ()

    def read(self) -> tuple[Future[Outcome], ...]:
        """Note that the sitter's unit has opened its orders of this case; nothing for the centre's people."""
        case, actor, context = self._incident, self._context.actor, self._context
        role = context.book.roles.get(actor.role) if context.book is not None else None
        if case is None or self._home or role is None or role.side != "unit":
            return ()
        own = [o for o in case.orders if o.in_force and o.unit == actor.unit and o.read_at is None]
        return tuple(context.acting.read(case.id, order.code, actor) for order in own)

    def way_back(self, done: str) -> ActionLine | None:
        """The action that undoes `done` now, where the rules have one that brings back the state before."""
        book, view = self._context.book, self.view()
        transition = book.transitions.get(done) if book is not None else None
        if book is None or view is None or transition is None:
            return None
        for line in view.actions:
            back = book.transitions.get(line.id)
            undoes = back is not None and back.to == PRIOR and transition.to in back.sources
            if undoes and not line.why_not and not line.confirms and not line.refuses:
                return line
        return None

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _likely_ref(self, case: Incident) -> str:
        """The number to call is what is asked for most."""
        masked = [(field, s.ref) for field, s in words.sealed_parts(case) if s.ref not in self._opened]
        return next((ref for field, ref in masked if field == "phone"), masked[0][1])

    def _news(self, keys: Keys) -> None:
        if self._incident is not None and self._row in keys:
            self.open(self._incident.id)

    def _second(self, _keys: Keys) -> None:
        now = self._context.now()
        over = [ref for ref, (_, until) in self._opened.items() if now >= until]
        for ref in over:
            del self._opened[ref]
        calls, self._calls = self._calls, self.to_call()
        if over or calls != self._calls:
            self.changed.emit()
        else:
            self.ticked.emit()


__all__ = ["REVEAL", "ActionLine", "CaseModel", "CaseView", "Fact"]
