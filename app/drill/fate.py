"""What will befall one case, drawn once at its beginning, so that its life is the same for the same seed."""

from __future__ import annotations

import random

import msgspec

from app.drill.classing import Haste
from app.drill.habits import Habits, Shares

PUBLIC = ("phone", "window", "hotline", "mailbox")
"""Channels on which the public speaks: somebody can be called back, and what they say may be looked into."""

EXTRAS = ("wait_for_party", "ask_hold", "ask_extension", "ask_coop", "ask_consultation")
"""What a lead unit may ask for on its way; a case gets at most one of them."""


class Fate(msgspec.Struct, frozen=True):
    """The turns of one case. Each is only taken when the case comes to where it can be taken.

    `turn` is one thing that takes a dispatched case off the plain way: `return`, `recall`, `redispatch`,
    `withdraw`, `false_alarm`, `advice` or none. `extra` is one of EXTRAS or none; `granted` whether what is
    asked for is given. `pace` is the part of the limit that the lead's work takes, `co_pace` the co-units'.
    """

    self_handled: bool
    at_once: bool
    rejected: bool
    verified: bool
    merges: bool
    unmerges: bool
    transferred: bool
    transfer_returns: bool
    splits: bool
    turn: str
    granted: bool
    returns_again: bool
    extra: str
    dispatches_on: bool
    co_count: int
    signs: str
    pace: float
    co_pace: float
    progress: bool
    contact_late: bool
    doubted: bool
    check_fails: bool
    callback: str
    reopens: bool
    promised: bool
    watched: str


def draw_fate(rng: random.Random, habits: Habits, *, haste: Haste, channel: str) -> Fate:
    """The fate of a case of this channel that presses so."""
    shares = habits.shares
    turn = _one_of(
        rng,
        {
            "return": shares.returned,
            "recall": shares.recalled,
            "redispatch": shares.redispatched,
            "withdraw": shares.withdrawn,
            "false_alarm": shares.false_alarm_sensor if channel == "sensor" else shares.false_alarm,
            "advice": shares.advised,
        },
    )
    extra = _one_of(rng, dict(zip(EXTRAS, _extra_shares(shares), strict=True)))
    co = habits.co_departments[haste]
    granted = {"return": shares.return_granted, "ask_hold": shares.hold_granted}
    return Fate(
        self_handled=channel == "grid" and rng.random() < shares.self_handled,
        at_once=rng.random() < shares.answered_at_once,
        rejected=rng.random() < shares.rejected,
        verified=channel in PUBLIC and rng.random() < shares.verified,
        merges=rng.random() < shares.merged,
        unmerges=rng.random() < shares.unmerged,
        transferred=rng.random() < shares.transferred,
        transfer_returns=rng.random() < shares.transfer_returned,
        splits=rng.random() < shares.split,
        turn=turn,
        granted=rng.random() < granted.get(turn, granted.get(extra, shares.extension_granted)),
        returns_again=rng.random() < shares.returned_twice,
        extra=extra,
        dispatches_on=rng.random() < shares.dispatched_on,
        co_count=rng.choices(range(len(co)), weights=co)[0],
        signs=_one_of(rng, {"never": shares.never_signed, "late": shares.signed_late}),
        pace=habits.part_of_limit(rng),
        co_pace=min(0.9, habits.part_of_limit(rng)),
        progress=rng.random() < shares.progress,
        contact_late=rng.random() < shares.contact_late,
        doubted=rng.random() < shares.second_person_refuses,
        check_fails=rng.random() < shares.check_failed,
        callback=_callback(rng, shares),
        reopens=rng.random() < shares.reopened,
        promised=rng.random() < shares.promised,
        watched=_watched(rng, shares),
    )


def _callback(rng: random.Random, shares: Shares) -> str:
    found = _one_of(
        rng,
        {
            "unreachable": shares.callback_unreachable,
            "unsolved": shares.callback_unsolved,
            "dissatisfied": shares.dissatisfied,
        },
    )
    return "sent_back" if found == "unsolved" and rng.random() < shares.sent_back else found


def _watched(rng: random.Random, shares: Shares) -> str:
    return _one_of(rng, {"instruct": shares.instructed, "supervise": shares.supervised, "urge": shares.urged})


def _extra_shares(shares: Shares) -> tuple[float, ...]:
    return (shares.waits, shares.held, shares.extended, shares.coop, shares.consulted)


def _one_of(rng: random.Random, chances: dict[str, float]) -> str:
    """One of the names with its chance, or empty with what is left."""
    drawn = rng.random()
    for name, chance in chances.items():
        drawn -= chance
        if drawn < 0:
            return name
    return ""
