"""When too many wrong passwords lock an account, at the hub and on a PC that is cut off alike."""

from __future__ import annotations

from app.base.clock import MINUTE_MS, Instant
from app.domain.refusal import Refusal

FAILURES_MAX = 5
LOCK_MS = 15 * MINUTE_MS
"""Source: privacy.toml [login]. The account is locked, not the seat: who sits there works on."""


def locked(until: Instant, now: Instant) -> Refusal:
    """Says how long the account is still locked at `now`."""
    minutes = max(1, -(-(until - now) // MINUTE_MS))
    return Refusal("account_locked", params={"minutes": str(minutes), "until": str(until)})
