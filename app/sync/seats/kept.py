"""What a PC keeps of those who signed in with the hub, so that they may come in while it is cut off."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from app.base.clock import HOUR_MS, Instant
from app.base.passwords import Passwords
from app.domain.refusal import Refusal
from app.sync.ports import NotesPort
from app.sync.seats.lockout import FAILURES_MAX, LOCK_MS, locked

BACK_MS = HOUR_MS
"""Hall time never runs back by more than this; where it seems to, somebody set a clock to win days."""


class Kept(msgspec.Struct, frozen=True):
    """One operator's: made on this PC from the password that the hub had just found right."""

    verifier: str
    kept_at: Instant
    cut_off_ms: int
    idle_lock_ms: int
    failures: int = 0
    locked_until: Instant = 0
    newest: Instant = 0

    @property
    def until(self) -> Instant:
        """When it ends; only the hub begins it anew."""
        return self.kept_at + self.cut_off_ms


class TurnedAway(msgspec.Struct, frozen=True):
    """Why not. `locks_until` is set by the attempt that locked the account, and by no other."""

    refusal: Refusal
    locks_until: Instant = 0


class KeptSignIns:
    """The notes of one PC's database. Waits for the disk, and for a quarter of a second a password."""

    def __init__(self, notes: NotesPort, passwords: Passwords) -> None:
        self._notes = notes
        self._passwords = passwords

    def keep(self, operator: str, password: str, now: Instant, cut_off_ms: int, idle_lock_ms: int) -> None:
        """After a sign-in with the hub; forgets the operator when the hub allows none without it."""
        if cut_off_ms <= 0:
            self._notes.put(_key(operator), b"").result()
            return
        verifier = self._passwords.verifier(password)
        self._put(operator, Kept(verifier, now, cut_off_ms, idle_lock_ms, newest=now))

    def judge(self, operator: str, password: str, now: Instant) -> Kept | TurnedAway:
        """Whether the operator may come in without the hub. The attempt is counted before it is judged."""
        kept = self._get(operator)
        if kept is None:
            return TurnedAway(Refusal("cut_off_unknown"))
        if now < max(kept.newest, kept.kept_at) - BACK_MS:
            return TurnedAway(Refusal("cut_off_clock"))
        if now >= kept.until:
            hours = str(kept.cut_off_ms // HOUR_MS)
            return TurnedAway(Refusal("cut_off_ended", params={"hours": hours}))
        if kept.locked_until > now:
            return TurnedAway(locked(kept.locked_until, now))
        begun = 1 if kept.locked_until else kept.failures + 1
        lock = now + LOCK_MS if begun >= FAILURES_MAX else 0
        charged = replace(kept, failures=begun, locked_until=lock, newest=max(now, kept.newest))
        self._put(operator, charged)
        if not self._passwords.fits(kept.verifier, password):
            return TurnedAway(locked(lock, now) if lock else Refusal("sign_in_wrong"), lock)
        good = replace(charged, failures=0, locked_until=0)
        self._put(operator, good)
        return good

    def _get(self, operator: str) -> Kept | None:
        raw = self._notes.get(_key(operator))
        if not raw:
            return None
        try:
            return msgspec.msgpack.decode(raw, type=Kept)
        except msgspec.DecodeError:
            # Another version's: the next sign-in with the hub writes it anew.
            return None

    def _put(self, operator: str, kept: Kept) -> None:
        self._notes.put(_key(operator), msgspec.msgpack.encode(kept)).result()


def _key(operator: str) -> str:
    return f"sign_in:{operator}"
