"""Requests between hubs as the entries about them tell: asked, arrived, accepted or turned down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from app.domain.kinds import REQUEST
from app.domain.requests import RequestAnswered, RequestMade, RequestReceived
from app.log.entries import Numbered
from app.projections.facts import body_of

Step = Literal["sent", "arrived", "accepted", "turned_down"]

KINDS = frozenset({"request_made", "request_received", "request_answered"})


class Asked(msgspec.Struct, frozen=True):
    """One request with what has become of it so far, each part None until it is known here.

    `arrived` and `answer` are of the hub that was asked; `incident` is the case it is about or became. `at`
    and `gseq` are of the first entry of it that is here, `actor` who wrote that.
    """

    request: str
    at: int
    gseq: int
    actor: str
    made: RequestMade | None = None
    arrived: RequestReceived | None = None
    answer: RequestAnswered | None = None
    answered_by: str = ""

    @property
    def step(self) -> Step:
        """How far it has come by its own entries alone."""
        if self.answer is not None:
            return "accepted" if self.answer.accepted else "turned_down"
        return "sent" if self.arrived is None else "arrived"

    @property
    def incident(self) -> str:
        if self.arrived is not None:
            return self.arrived.incident
        return self.made.incident if self.made is not None else ""

    @property
    def title(self) -> str:
        body = self.made or self.arrived
        return body.title if body is not None else ""

    @property
    def what(self) -> str:
        body = self.made or self.arrived
        return body.what if body is not None else ""

    @property
    def due_at(self) -> int | None:
        body = self.made or self.arrived
        return body.due_at if body is not None else None


def asked_in(entries: Iterable[Numbered]) -> dict[str, Asked]:
    """The requests that these entries speak of, by id, in the order in which they first do. Of two answers
    the first stands; what is quarantined says nothing."""
    found: dict[str, Asked] = {}
    for numbered in entries:
        entry = numbered.entry
        if entry.kind not in KINDS or numbered.verdict:
            continue
        body = body_of(numbered)
        if not isinstance(body, RequestMade | RequestReceived | RequestAnswered):
            continue
        known = found.get(body.request)
        if known is None:
            known = Asked(body.request, numbered.at, numbered.gseq, entry.actor)
        found[body.request] = _with(known, body, entry.actor)
    return found


def request_ids(entries: Sequence[Numbered]) -> list[str]:
    """The requests these entries are about."""
    named = (s for numbered in entries for s in numbered.entry.subjects if s.startswith(REQUEST))
    return [subject.removeprefix(REQUEST) for subject in dict.fromkeys(named)]


def _with(known: Asked, body: RequestMade | RequestReceived | RequestAnswered, actor: str) -> Asked:
    match body:
        case RequestMade():
            return msgspec.structs.replace(known, made=known.made or body)
        case RequestReceived():
            return msgspec.structs.replace(known, arrived=known.arrived or body)
    if known.answer is not None:
        return known
    return msgspec.structs.replace(known, answer=body, answered_by=actor)
