"""The accounts that sign in by password: one row an operator, and the counting of attempts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from app.base.clock import Instant
from app.log.safety.safe import Safe
from app.log.safety.tables import account


class Account(msgspec.Struct, frozen=True):
    """One row. `totp` is the second factor's secret, None without one; `totp_step` the last step used."""

    operator: str
    verifier: str
    must_change: bool
    failures: int
    locked_until: Instant
    totp: bytes | None
    totp_step: int
    changed_at: Instant


class Begun(IntEnum):
    """What became of the wish to try a password."""

    ADMITTED = 0
    LOCKED = 1
    UNKNOWN = 2
    LOCKED_NOW = 3
    """Locked by this very attempt: earlier ones were begun and never ended."""


class Accounts:
    """Reads and writes the rows. Writing waits for the disk: not on a thread that serves others."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def any(self) -> bool:
        """Whether anybody has an account: without one, seats are picked and not signed in to."""
        return bool(self._safe.reader().execute(select(func.count()).select_from(account)).scalar())

    def get(self, operator: str) -> Account | None:
        row = self._safe.reader().execute(select(account).where(account.c.operator == operator)).first()
        return _account(dict(row._mapping)) if row is not None else None

    def set_password(self, operator: str, verifier: str, now: Instant, *, must_change: bool) -> None:
        """Make the account or give it another password; a lock ends, the second factor stays."""
        values = {
            "verifier": verifier,
            "must_change": int(must_change),
            "failures": 0,
            "locked_until": 0,
            "changed_at": now,
        }

        def work(connection: Connection) -> int:
            known = update(account).where(account.c.operator == operator).values(values)
            if connection.execute(known).rowcount == 0:
                connection.execute(insert(account).values(operator=operator, totp_step=0, **values))
            return 0

        self._safe.write(work).result()

    def set_totp(self, operator: str, secret: bytes | None) -> bool:
        """Give the account a second factor or take it away; False when there is no such account."""
        change = update(account).where(account.c.operator == operator).values(totp=secret, totp_step=0)
        return self._safe.write(lambda c: c.execute(change).rowcount).result() == 1

    def begin(self, operator: str, now: Instant, failures_max: int, lock_ms: int) -> Begun:
        """Count an attempt before its password is looked at, so that many at once, or a crash, hide none."""

        def work(connection: Connection) -> int:
            row = connection.execute(
                select(account.c.failures, account.c.locked_until).where(account.c.operator == operator)
            ).first()
            if row is None:
                return Begun.UNKNOWN
            failures, locked_until = int(row[0]), int(row[1])
            if locked_until > now:
                return Begun.LOCKED
            begun = 1 if locked_until else failures + 1
            over = begun > failures_max
            connection.execute(
                update(account)
                .where(account.c.operator == operator)
                .values(failures=begun, locked_until=now + lock_ms if over else 0)
            )
            return Begun.LOCKED_NOW if over else Begun.ADMITTED

        return Begun(self._safe.write(work).result())

    def failed(self, operator: str, now: Instant, failures_max: int, lock_ms: int) -> bool:
        """End a failed attempt; True when it was the one that locks the account."""
        lock = (
            update(account)
            .where(account.c.operator == operator, account.c.failures >= failures_max)
            .where(account.c.locked_until == 0)
            .values(locked_until=now + lock_ms)
        )
        return self._safe.write(lambda c: c.execute(lock).rowcount).result() == 1

    def succeeded(self, operator: str, totp_step: int = 0, verifier: str = "") -> bool:
        """End a good attempt: the count starts anew. False when the second factor's step was used already.

        `verifier` replaces the one that was kept, for one made with parameters of today.
        """
        values: dict[str, object] = {"failures": 0, "locked_until": 0}
        good = update(account).where(account.c.operator == operator)
        if totp_step:
            values["totp_step"] = totp_step
            good = good.where(account.c.totp_step < totp_step)
        if verifier:
            values["verifier"] = verifier
        done = good.values(values)
        return self._safe.write(lambda c: c.execute(done).rowcount).result() == 1


def _account(row: Mapping[str, Any]) -> Account:
    return Account(**{**row, "must_change": bool(row["must_change"])})
