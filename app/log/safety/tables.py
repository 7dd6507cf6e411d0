"""The tables of sign-in and enrolment: beside the log, not in it, for what they hold must never be copied."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

safety_metadata = MetaData()
"""Its own, so that the log's schema can take it in without a circle; no row refers to one of the log's."""

_KEYED: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
# Instants need 64 bits; strict tables of SQLite know only INTEGER, which has them.
_Instant = BigInteger().with_variant(Integer, "sqlite")

account = Table(
    "account",
    safety_metadata,
    Column("operator", Text, primary_key=True),
    Column("verifier", Text, nullable=False),
    Column("must_change", Integer, nullable=False),
    # Attempts that were begun and did not succeed since the last that did.
    Column("failures", Integer, nullable=False),
    Column("locked_until", _Instant, nullable=False),
    Column("totp", LargeBinary),
    # The last time step whose code was used: no code opens twice.
    Column("totp_step", _Instant, nullable=False),
    Column("changed_at", _Instant, nullable=False),
    **_KEYED,
)

bearer = Table(
    "bearer",
    safety_metadata,
    Column("token", Text, primary_key=True),
    Column("secret_hash", LargeBinary, nullable=False),
    # Empty for a machine's token; an operator has at most one session.
    Column("operator", Text, nullable=False, index=True),
    Column("holder", Text, nullable=False),
    Column("issued_at", _Instant, nullable=False),
    # 0: until it is revoked.
    Column("expires_at", _Instant, nullable=False),
    **_KEYED,
)

enrolment = Table(
    "enrolment",
    safety_metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("label", Text, nullable=False),
    Column("letters", Text, nullable=False),
    Column("expires_at", _Instant, nullable=False),
    # 0: not used yet. `used_by` is the fingerprint of the key it was used for: the same key may ask again.
    Column("used_at", _Instant, nullable=False),
    Column("used_by", Text, nullable=False),
    Column("device", Text, nullable=False),
    **_KEYED,
)
