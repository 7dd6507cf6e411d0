"""What every view model is made with: read models, commands, clock and language; nothing global."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from typing import Protocol

from app.base.clock import Instant
from app.base.formats import Formats
from app.base.language import Language
from app.commands.command import Command, HistoryRow, NewReport, Outcome
from app.commands.requesting import Wish
from app.domain.actor import Actor
from app.domain.contested import Choice
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.domain.responsibility import unit_area, unit_department
from app.domain.rulebook import RuleBook
from app.projections.hall import Hall
from app.projections.reading import Reading
from app.sync.seats.signing import SignedIn, SignInAsked
from app.sync.status import ALONE, LinkStatus
from app.viewmodels.pulse import Pulse


class Acting(Protocol):
    """Commands as the glass gives them: run on the worker; a future resolves when it is durable, or refused.

    A refusal of `reveal`, whose result is plain text, comes as RefusedError. `why` of `sign_out` is a code of
    SessionClosed.
    """

    def submit(self, command: Command, actor: Actor) -> Future[Outcome]: ...

    def register(self, report: NewReport, actor: Actor) -> Future[Outcome]: ...

    def import_rows(self, rows: Sequence[HistoryRow], actor: Actor) -> Future[Sequence[Outcome]]: ...

    def reveal(self, incident: str, field: str, ref: str, reason: str, actor: Actor) -> Future[str]: ...

    def settle(
        self, incident: str, contested: str, choice: Choice, reason: str, actor: Actor
    ) -> Future[Outcome]: ...

    def called(self, incident: str, order: str, actor: Actor) -> Future[Outcome]: ...

    def read(self, incident: str, order: str, actor: Actor) -> Future[Outcome]: ...

    def request(self, wish: Wish, actor: Actor) -> Future[Outcome]: ...

    def answer(self, request: str, accepted: bool, reason: str, actor: Actor) -> Future[Outcome]: ...

    def sign_in(self, asked: SignInAsked) -> Future[SignedIn | Refusal]: ...

    def sign_out(self, actor: Actor, why: str) -> Future[None]: ...


def alone() -> LinkStatus:
    """The link of a PC that numbers by itself."""
    return ALONE


class Context:
    """Shared by the view models of one window; replay and drill pass others. `actor` is who sits here now,
    `link` how the line to the hub stands, `phones` the duty phones by unit or department."""

    def __init__(
        self,
        reading: Reading,
        acting: Acting,
        pulse: Pulse,
        language: Language,
        actor: Callable[[], Actor],
        *,
        link: Callable[[], LinkStatus] = alone,
        phones: Mapping[str, str] | None = None,
    ) -> None:
        self.reading = reading
        self.acting = acting
        self.pulse = pulse
        self.language = language
        self.formats = Formats(language)
        self.link = link
        self._actor = actor
        self._phones = phones or {}
        self._home = ""

    def speak(self, language: Language) -> None:
        """Use another language from now on; whoever shows words asks for them anew."""
        self.language = language
        self.formats = Formats(language)

    def at(self, home: str) -> Context:
        """The same, in the words and under the rules of the hub that owns a case."""
        if home == self._home:
            return self
        there = copy(self)
        there._home = home
        return there

    @property
    def actor(self) -> Actor:
        return self._actor()

    @property
    def hall(self) -> Hall:
        return self.reading.hall_of(self._home)

    @property
    def book(self) -> RuleBook | None:
        return self.hall.book

    @property
    def below(self) -> Mapping[str, RuleBook]:
        """The rules of the hubs below by their streams."""
        homes = self.reading.homes
        return {home: hall.book for home, hall in homes.items() if hall.book is not None}

    def now(self) -> Instant:
        return self.pulse.now()

    def text(self, key: str, **params: object) -> str:
        return self.language.text(key, **params)

    def label(self, label: Label) -> str:
        return self.language.pick(label.zh, label.en)

    def state(self, state: str) -> str:
        book = self.book
        found = book.states.get(state) if book is not None else None
        return self.label(found.label) if found is not None else state

    def clock_name(self, clock: str) -> str:
        book = self.book
        found = book.clocks.get(clock) if book is not None else None
        return self.label(found.label) if found is not None else clock

    def category(self, code: str) -> str:
        book = self.book
        found = book.categories.get(code) if book is not None else None
        return self.label(found.label) if found is not None else code

    def area(self, code: str) -> str:
        found = self.hall.areas.get(code)
        return self.label(found.label) if found is not None else code

    def unit(self, unit: str) -> str:
        """A department's name; a territorial unit by the name of its area."""
        area = unit_area(unit)
        if area:
            return self.area(area)
        book = self.book
        found = book.departments.get(unit_department(unit)) if book is not None else None
        return self.label(found.label) if found is not None else unit

    def phone(self, unit: str) -> str:
        """A unit's duty phone, else that of its department; empty where none is known."""
        return self._phones.get(unit) or self._phones.get(unit_department(unit), "")

    def choice(self, source: str, choice: str) -> str:
        """The word for a value of one of the rules' lists."""
        book = self.book
        choices = book.rules.lists.get(source, ()) if book is not None else ()
        found = next((c for c in choices if c.id == choice), None)
        return self.label(found.label) if found is not None else choice
