"""Requests from an upper hub: asked for there, taken in by the hub that owns the matter as its own entry."""

from __future__ import annotations

import msgspec

from app.base.clock import Instant

ADDRESSED = "stream:"
"""The beginning of the subject under which everything is found that is meant for one lower hub."""


class RequestMade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """This hub asks the lower hub of the stream `to` for something. `request` is the request's id.

    `incident` is a case of that hub, empty for a new matter; `title` and `what` are masked text. Nothing of
    it binds the owner: what it makes of the request, it numbers itself.
    """

    request: str
    to: str
    title: str
    what: str = ""
    incident: str = ""
    category: str = ""
    sla_class: str = ""
    due_at: Instant | None = None


class RequestReceived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request of the upper hub `stream`, which stands there as entry `from_gseq`, came in here.

    `incident` is the case it became, or the one that it is about.
    """

    request: str
    stream: str
    from_gseq: int
    title: str
    what: str = ""
    incident: str = ""
    category: str = ""
    sla_class: str = ""
    due_at: Instant | None = None


class RequestAnswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """This hub's word on a request of the hub above about its case `incident`: accepted, which a step of its
    own on the case follows, or turned down for a `reason` (masked text)."""

    request: str
    incident: str
    accepted: bool
    reason: str = ""
