"""Signing in at this desk: who, by which secret, and in words what the hall answered and what comes next."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Literal

import msgspec

from app.base.clock import MINUTE_MS, Instant
from app.domain.refusal import Refusal
from app.sync.seats.signing import SignedIn, SignInAsked
from app.viewmodels.context import Context
from app.viewmodels.finding import Findable
from app.viewmodels.link_words import phase_words
from app.viewmodels.refusals import refusal_words
from app.viewmodels.seat import Seat, sitter_words
from app.viewmodels.signal import Changed, Keys

Next = Literal["seated", "again", "code", "change"]
"""What the form goes on to: nothing, another try, the second factor, another password."""

ENDING_MS = 15 * MINUTE_MS
"""So long before a sitting ends the bar says until when: time to finish a case and sign in anew."""


class Step(msgspec.Struct, frozen=True):
    """What became of a try, in finished words; `field` is the form's field they speak of."""

    next: Next
    words: str
    field: str = ""


class SignInModel:
    """The seat of one console in a hall with accounts. `changed` when somebody sat down or left."""

    def __init__(self, context: Context, seat: Seat) -> None:
        self._context = context
        self._seat = seat
        self._locked_until: Instant = 0
        self.changed = Changed()
        self._links = [
            seat.changed.connect(lambda keys: self.changed.emit(keys)),
            context.pulse.second.connect(self._second),
        ]

    @property
    def locked(self) -> bool:
        """Nobody sits here and nobody may by picking alone: the desk shows nothing but the sign-in."""
        return self._seat.guarded and not self._seat.taken

    @property
    def guarded(self) -> bool:
        return self._seat.guarded

    @property
    def idle_lock_ms(self) -> int:
        """After so long without a hand on it the seat locks; 0: never."""
        signed = self._seat.signed
        return signed.idle_lock_ms if signed is not None else 0

    def sitters(self) -> list[Findable]:
        """Everybody of the hall, by post, role and unit."""
        return sitter_words(self._context, self._seat)

    def note(self) -> str:
        """How the line stands: cut off, the last known passwords hold for a limited time."""
        status = self._context.link()
        words = phase_words(self._context, status)
        if status.phase in ("cut_off", "connecting", "refused"):
            return self._context.text("sign_in.cut_off", link=words)
        return words

    def ask(self, sitter: str, password: str, code: str = "", new: str = "") -> Future[SignedIn | Refusal]:
        """Try; `sitter` is `operator/role`. Over a taken seat it is a switch: nothing on the desk closes."""
        operator, _, role = sitter.partition("/")
        asked = SignInAsked(
            operator=operator,
            password=password,
            code=code,
            new_password=new,
            role=role,
            how="switch" if self._seat.taken else "password",
        )
        return self._context.acting.sign_in(asked)

    def taken(self, answer: SignedIn | Refusal) -> Step:
        """Sit down, or say what is wanted yet, or why not."""
        text = self._context.text
        self._locked_until = 0
        if isinstance(answer, Refusal):
            return self._refused(answer)
        if answer.must_change:
            return Step("change", text("sign_in.must_change"), "new_password")
        if not self._seat.sign_in(answer):
            return Step("again", text("sign_in.unknown_here"), "sitter")
        if answer.how == "cut_off":
            until = self._context.formats.near(answer.until, self._context.now())
            return Step("seated", text("sign_in.until", until=until))
        return Step("seated", text("sign_in.done"))

    def leave(self, why: str = "signed_out") -> Future[None] | None:
        """Free the seat; None when nobody sat there. `why` is a code of the session's end."""
        if not (self._seat.guarded and self._seat.taken):
            return None
        actor = self._context.actor
        self._seat.leave()
        return self._context.acting.sign_out(actor, why)

    def locked_words(self) -> str:
        """How long the account that was just tried is still locked; empty when it is not."""
        left = self._locked_until - self._context.now()
        return self._context.text("sign_in.locked", span=self._context.formats.span(left)) if left > 0 else ""

    def ending_words(self) -> str:
        """Said beside the seat while its sitting is about to end, or holds only until then."""
        signed, now = self._seat.signed, self._context.now()
        if signed is None or not signed.until:
            return ""
        if signed.how != "cut_off" and signed.until - now > ENDING_MS:
            return ""
        return self._context.text("sign_in.ends", until=self._context.formats.near(signed.until, now))

    def close(self) -> None:
        for let_go in self._links:
            let_go()

    def _refused(self, refusal: Refusal) -> Step:
        words = refusal_words(self._context, refusal)
        until = refusal.params.get("until", "")
        self._locked_until = int(until) if until.isdecimal() else 0
        if refusal.field == "code":
            return Step("code", words, "code")
        if refusal.field == "new_password":
            return Step("change", words, "new_password")
        return Step("again", words, "password")

    def _second(self, _keys: Keys) -> None:
        signed = self._seat.signed
        if signed is not None and signed.until and self._context.now() >= signed.until:
            self.leave("expired")
