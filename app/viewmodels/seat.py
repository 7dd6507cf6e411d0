"""Who sits here: the demo's operators to pick from, and the one who acts now."""

from __future__ import annotations

import msgspec

from app.domain.actor import Actor
from app.projections.reading import Reading
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


class Seat:
    """The operator of this window. Changing hands changes the name on every entry from then on, no more."""

    def __init__(self, reading: Reading, desk: str, session: str) -> None:
        self._reading = reading
        self._desk = desk
        self._session = session
        self._actor: Actor | None = None
        self.changed = Changed()

    def sitters(self) -> tuple[Sitter, ...]:
        """Everybody who may sit here, in the order of the log."""
        return tuple(
            Sitter(f"{granted.operator}/{role}", granted.post.zh, granted.post.en, role, granted.unit)
            for granted in self._reading.hall.operators.values()
            for role in granted.roles
        )

    def sit(self, sitter_id: str) -> bool:
        """Hand the seat over; False for somebody the log does not know."""
        found = next((s for s in self.sitters() if s.id == sitter_id), None)
        if found is None:
            return False
        self._actor = Actor(found.id.partition("/")[0], found.role, found.unit, self._desk, self._session)
        self.changed.emit()
        return True

    def sit_first(self, role: str) -> bool:
        """Sit down as the first operator of this role, as a window does when it opens."""
        found = next((s for s in self.sitters() if s.role == role), None)
        return found is not None and self.sit(found.id)

    def actor(self) -> Actor:
        """Who acts; before anybody sat down nobody may do anything."""
        return self._actor or Actor("", "", "")


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
