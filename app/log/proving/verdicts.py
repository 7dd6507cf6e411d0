"""Verdicts: which rule a numbered entry breaks, so that it is kept and shown and no fold takes it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from app.domain.kinds import read_body
from app.log.entries import PENDING_FROM, Entry

BODY_INVALID = "body_invalid"
"""The body does not fit its kind, or the base names numbers that no hub gave."""

SUBJECT_TAKEN = "subject_taken"
"""A subject that may stand once stands on an earlier entry."""

EID_TAKEN = "eid_taken"
"""Another entry has this id already."""

KIND_RESERVED = "kind_reserved"
"""Only a hub writes entries of this kind, beside its own sequencer."""

FOLD_FAILED = "fold_failed"
"""This program cannot fold it; without the verdict it would hold up everything behind it."""

HUB_KINDS = frozenset(
    {
        "hall_founded",
        "limit_breached",
        "device_enrolled",
        "device_revoked",
        "token_issued",
        "token_revoked",
    }
)
"""What follows from the log as a whole, or lets devices and machines in: no desk may say it."""

Judge = Callable[[Entry], str]
"""Gives the verdict on an entry that a desk pushed; empty when it breaks no rule. Uniqueness is the log's own
check. What it raises is a bug, and the entry is told FOLD_FAILED."""


def judge_shape(entry: Entry) -> str:
    """The verdict by what an entry is, whoever wrote it: reserved kinds and bodies that do not fit."""
    return KIND_RESERVED if entry.kind in HUB_KINDS else judge_body(entry)


def judge_body(entry: Entry) -> str:
    """The verdict by whether the body fits its kind, whoever may write such: of what another hub numbered."""
    if any(seen >= PENDING_FROM for seen in entry.base.values()):
        return BODY_INVALID
    try:
        read_body(entry.kind, entry.kind_version, entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BODY_INVALID
    return ""
