"""Words of the hall in one language: names of the rules' ids, sentences of refusals and problems."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from app.base.errors import MusterError
from app.base.language import DEFAULT_LANGUAGE, Language, placeholders
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.domain.responsibility import unit_area, unit_department
from app.hub.requests.problems import PROBLEM_TYPE, Problem, ProblemError, RefusalError, refusal_rule
from app.projections.hall import Hall


class Speech:
    """Speaks one language about one hall as it is now."""

    def __init__(self, language: Language, hall: Hall) -> None:
        self.language = language
        self._hall = hall

    def text(self, key: str, **params: object) -> str:
        return self.language.text(key, **params)

    def label(self, label: Label) -> str:
        return self.language.pick(label.zh, label.en)

    def action(self, action: str) -> str:
        book = self._hall.book
        found = book.transitions.get(action) if book is not None else None
        if found is not None:
            return self.label(found.label)
        key = f"action.{action}"
        return self.text(key) if self.language.has(key) else action

    def state(self, state: str) -> str:
        book = self._hall.book
        found = book.states.get(state) if book is not None else None
        return self.label(found.label) if found is not None else state

    def role(self, role: str) -> str:
        book = self._hall.book
        found = book.roles.get(role) if book is not None else None
        return self.label(found.label) if found is not None else role

    def clock(self, clock: str) -> str:
        book = self._hall.book
        found = book.clocks.get(clock) if book is not None else None
        return self.label(found.label) if found is not None else clock

    def category(self, code: str) -> str:
        book = self._hall.book
        found = book.categories.get(code) if book is not None else None
        return self.label(found.label) if found is not None else code

    def choice(self, source: str, choice: str) -> str:
        book = self._hall.book
        choices = book.rules.lists.get(source, ()) if book is not None else ()
        found = next((c for c in choices if c.id == choice), None)
        return self.label(found.label) if found is not None else choice

    def unit(self, unit: str) -> str:
        """A department's name; a territorial unit by the name of its area."""
        area = self._hall.areas.get(unit_area(unit)) if unit_area(unit) else None
        if area is not None:
            return self.label(area.label)
        book = self._hall.book
        found = book.departments.get(unit_department(unit)) if book is not None else None
        return self.label(found.label) if found is not None else unit

    def post(self, operator: str) -> str:
        """The post an operator sits at, never a person's name."""
        granted = self._hall.operators.get(operator)
        if granted is not None:
            return self.label(granted.post)
        return self.text("actor.system") if operator == "system" else operator

    def field(self, field: str, action: str) -> str:
        """The label of a form's field, or its id where the rules name none."""
        book, first = self._hall.book, field.partition(".")[0]
        transition = book.transitions.get(action) if book is not None else None
        for known in transition.fields if transition is not None else ():
            if known.id == first:
                return self.label(known.label)
        return field

    def refusal(self, refusal: Refusal, action: str = "") -> str:
        """One sentence for a person, names instead of ids."""
        if refusal.words is not None:
            return self.label(refusal.words)
        key = f"refusal.{refusal.code}"
        if not self.language.has(key):
            return self.text("refusal.unknown", code=refusal.code)
        params = {"action": action, **refusal.params, "field": self.field(refusal.field, action)}
        named = {"action": self.action, "role": self.role, "state": self.state, "unit": self.unit}
        wanted = placeholders(self.language.sentences[key])
        values = {name: named.get(name, str)(params.get(name, "")) for name in wanted}
        return self.text(key, **values)

    def problem(self, error: ProblemError | RefusalError) -> Problem:
        """The answer that says why."""
        if isinstance(error, RefusalError):
            refusal = error.refusal
            detail = self.refusal(refusal, error.action)
            return self._problem(refusal.code, error.status, detail, refusal_rule(refusal), refusal.field)
        params = {**error.params, "field": error.field}
        if "role" in params:
            params["role"] = self.role(str(params["role"]))
        detail = self._sentence(f"hub.problem.{error.code}", params)
        return self._problem(error.code, error.status, detail, error.rule, error.field)

    def failure(self, error: MusterError) -> Problem:
        """The world failed at the hub. What it says of paths and disks is for its own people and its log."""
        return self._problem(error.key, 503, self.text("hub.problem.world"), error.key, "")

    def _sentence(self, key: str, params: Mapping[str, object]) -> str:
        wanted = placeholders(self.language.sentences[key])
        return self.text(key, **{name: params.get(name, "") for name in wanted})

    def _problem(self, code: str, status: int, detail: str, rule: str, field: str) -> Problem:
        title = self.text(f"hub.status.{status}")
        return Problem(PROBLEM_TYPE + code, title, status, detail, code, rule, field)


def language_asked(header: str, languages: Mapping[str, Language]) -> Language:
    """The best language of an Accept-Language header that we speak, else Chinese."""
    best, chosen = 0.0, ""
    # The header may be long; nobody speaks more than some tongues.
    for part in header[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.strip().lower()[:2]
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if code in languages and quality > best:
            best, chosen = quality, code
    return languages[chosen or DEFAULT_LANGUAGE]


def phrase(status: int) -> str:
    """The protocol's own phrase of a status, for the description."""
    return HTTPStatus(status).phrase
