"""The kinds of entries: name, version and body. A changed body takes a new version; a test holds them to
it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.domain.area import AreasAdopted
from app.domain.attachment import AttachmentAdded
from app.domain.contested import ContestSettled
from app.domain.devices import DeviceEnrolled, DeviceRevoked, TokenIssued, TokenRevoked
from app.domain.hall import HallFounded, OperatorGranted, OperatorRevoked, RulesAdopted
from app.domain.moves import (
    CaseMerged,
    CaseMoved,
    CaseSplit,
    CaseUnmerged,
    ConfirmationAsked,
    ConfirmationRefused,
    LimitBreached,
    OrderReached,
    OrdersIssued,
    PersonalDataRevealed,
)
from app.domain.report import ReportImported, ReportReceived
from app.domain.requests import RequestAnswered, RequestMade, RequestReceived
from app.domain.sessions import AccountLocked, SessionClosed, SessionOpened


class Kind(msgspec.Struct, frozen=True):
    """One kind of entry, as it is written today."""

    name: str
    version: int
    body: type[msgspec.Struct]


KINDS: tuple[Kind, ...] = (
    Kind("hall_founded", 1, HallFounded),
    Kind("rules_adopted", 1, RulesAdopted),
    Kind("areas_adopted", 1, AreasAdopted),
    Kind("operator_granted", 1, OperatorGranted),
    Kind("operator_revoked", 1, OperatorRevoked),
    Kind("report_received", 1, ReportReceived),
    Kind("report_imported", 1, ReportImported),
    Kind("case_moved", 1, CaseMoved),
    Kind("orders_issued", 1, OrdersIssued),
    Kind("case_merged", 1, CaseMerged),
    Kind("case_unmerged", 1, CaseUnmerged),
    Kind("case_split", 1, CaseSplit),
    Kind("confirmation_asked", 1, ConfirmationAsked),
    Kind("confirmation_refused", 1, ConfirmationRefused),
    Kind("limit_breached", 1, LimitBreached),
    Kind("personal_data_revealed", 1, PersonalDataRevealed),
    Kind("contest_settled", 1, ContestSettled),
    Kind("order_reached", 1, OrderReached),
    Kind("device_enrolled", 1, DeviceEnrolled),
    Kind("device_revoked", 1, DeviceRevoked),
    Kind("token_issued", 1, TokenIssued),
    Kind("token_revoked", 1, TokenRevoked),
    Kind("session_opened", 1, SessionOpened),
    Kind("session_closed", 1, SessionClosed),
    Kind("account_locked", 1, AccountLocked),
    Kind("request_made", 1, RequestMade),
    Kind("request_received", 1, RequestReceived),
    Kind("attachment_added", 1, AttachmentAdded),
    Kind("request_answered", 1, RequestAnswered),
)

_BY_BODY = {kind.body: kind for kind in KINDS}
_DECODERS = {(kind.name, kind.version): msgspec.json.Decoder(kind.body) for kind in KINDS}


def kind_of(body: msgspec.Struct) -> Kind:
    """The kind a body is written as; KeyError for a struct that is no body."""
    return _BY_BODY[type(body)]


def read_body(kind: str, version: int, raw: bytes | msgspec.Raw) -> msgspec.Struct | None:
    """The body of an entry, or None when this program does not know the kind or version (kept, passed on,
    shown).

    msgspec.ValidationError when the kind is known and the bytes do not fit it.
    """
    decoder = _DECODERS.get((kind, version))
    return None if decoder is None else decoder.decode(raw)


INCIDENT = "incident:"
"""The beginning of the subject under which all entries about an incident are found."""

REQUEST = "request:"
"""The beginning of the subject under which a request between hubs is found, at both of them."""


def incident_subject(incident: str) -> str:
    return INCIDENT + incident


def incident_in(subjects: Iterable[str]) -> str:
    """The first incident these subjects name, or empty."""
    named = (subject.removeprefix(INCIDENT) for subject in subjects if subject.startswith(INCIDENT))
    return next(named, "")
