"""Who sits here: operators to pick from or to sign in as, and the one who acts now."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from app.domain.actor import Actor
from app.projections.reading import Reading
from app.sync.seats.signing import SignedIn
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.signal import Changed


class Sitter(msgspec.Struct, frozen=True):
    """An operator in one role; `id` is `operator/role`."""

    id: str
    post_zh: str
    post_en: str
    role: str
    unit: str


def nobody_signs_in() -> bool:
    """A hall without accounts: seats are picked."""
    return False


class Seat:
    """The operator of this window. Changing hands changes the name on every entry from then on, no more.

    `guarded` says whether the hall has accounts with passwords: then nobody sits down without signing in.
    """

    def __init__(
        self, reading: Reading, desk: str, session: str, guarded: Callable[[], bool] = nobody_signs_in
    ) -> None:
        self._reading = reading
        self._desk = desk
        self._session = session
        self._guarded = guarded
        self._actor: Actor | None = None
        self._signed: SignedIn | None = None
        self.changed = Changed()

    @property
    def guarded(self) -> bool:
        return self._guarded()

    @property
    def taken(self) -> bool:
        """Whether somebody sits here."""
        return self._actor is not None

    @property
    def signed(self) -> SignedIn | None:
        """What signing in brought, None where seats are picked."""
        return self._signed

    def sitters(self) -> tuple[Sitter, ...]:
        """Everybody who may sit here, in the order of the log."""
        return tuple(
            Sitter(f"{granted.operator}/{role}", granted.post.zh, granted.post.en, role, granted.unit)
            for granted in self._reading.hall.operators.values()
            for role in granted.roles
        )

    def sit(self, sitter_id: str) -> bool:
        """Hand the seat over by picking; False for one the log does not know, and where people sign in."""
        return not self.guarded and self._take(sitter_id, self._session, None)

    def sign_in(self, signed: SignedIn) -> bool:
        """Sit down as who has just signed in; False when this PC's log knows no such operator or role yet."""
        role = signed.role or next(iter(signed.roles), "")
        return self._take(f"{signed.operator}/{role}", signed.session, signed)

    def leave(self) -> None:
        """Nobody sits here any more."""
        self._actor, self._signed = None, None
        self.changed.emit()

    def sit_first(self, role: str) -> bool:
        """Sit down as the first operator of this role, as a window does when it opens."""
        found = next((s for s in self.sitters() if s.role == role), None)
        return found is not None and self.sit(found.id)

    def _take(self, sitter_id: str, session: str, signed: SignedIn | None) -> bool:
        found = next((s for s in self.sitters() if s.id == sitter_id), None)
        if found is None:
            return False
        self._actor = Actor(found.id.partition("/")[0], found.role, found.unit, self._desk, session)
        self._signed = signed
        self.changed.emit()
        return True

    def actor(self) -> Actor:
        """Who acts; before anybody sat down nobody may do anything."""
        return self._actor or Actor("", "", "")


def sitting_at(own: Seat, other: Seat) -> Callable[[], Actor]:
    """Who acts at a window whose own seat nobody took: where people sign in, it is one seat a PC."""
    return lambda: own.actor() if own.taken else other.actor()


def sitter_words(context: Context, seat: Seat) -> list[Findable]:
    """Everybody who may sit here, by post, role and unit; found by any of them."""
    found = []
    for sitter in seat.sitters():
        post, role = context.language.pick(sitter.post_zh, sitter.post_en), role_words(context, sitter.role)
        name = post if role in post else f"{post} · {role}"
        found.append(Findable(sitter.id, name, sitter.id, context.unit(sitter.unit)))
    return found


def seat_words(context: Context) -> str:
    """Who sits here now, as the top of the window says it."""
    actor = context.actor
    granted = context.reading.hall.operators.get(actor.operator)
    if granted is None:
        return context.text("seat.nobody")
    post, role = context.label(granted.post), role_words(context, actor.role)
    return post if role in post else f"{post} · {role}"


def role_words(context: Context, role: str) -> str:
    book = context.book
    found = book.roles.get(role) if book is not None else None
    return context.label(found.label) if found is not None else role
