"""Problems as the service answers them (RFC 9457): one value for everything that was not done."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.domain.refusal import Refusal

PROBLEM_TYPE = "urn:muster:problem:"
"""Before a problem's code: its `type`, which programs compare and nobody opens."""

STATUS: Mapping[str, int] = {
    "malformed": 400,
    "field": 422,
    "unauthorised": 401,
    "not_allowed": 403,
    "role_not_allowed": 403,
    "not_found": 404,
    "method": 405,
    "not_set_up": 404,
    "key_used": 409,
    "too_big": 413,
    "range": 416,
    "media_type": 415,
    "upgrade": 426,
    "rate": 429,
    "failed": 500,
    "busy": 503,
    "world": 503,
    "slow": 408,
}
"""The service's own codes; a sentence `hub.problem.<code>` says each."""

_REFUSED: Mapping[str, int] = {
    "role_may_not": 403,
    "other_units_order": 403,
    "no_incident": 404,
    "owned_elsewhere": 409,
    "at_home": 409,
    "no_such_hub": 422,
    "unknown_action": 404,
    "erased": 404,
    "sign_in_wrong": 401,
    "second_factor_needed": 401,
    "second_factor_missing": 403,
    "account_locked": 403,
    "role_not_granted": 403,
    "sign_in_busy": 429,
    "enrolment_code_unknown": 403,
    "enrolment_code_used": 403,
    "certificate_request_bad": 422,
    "unknown_field": 422,
    "time_past": 422,
    "not_confirmed": 422,
    "attachment_pending": 404,
    "attachment_not_begun": 404,
    "attachment_too_big": 413,
    "attachment_kind": 415,
    "attachment_ending": 415,
    "attachment_empty": 422,
    "attachment_hash_form": 422,
    "attachment_hash_wrong": 422,
    "attachment_not_here": 422,
    "piece_unknown": 422,
    "piece_length": 422,
    "piece_hash": 422,
    "attachment_no_room": 503,
}


class Problem(msgspec.Struct, frozen=True):
    """Why a request was not done. `code` names the kind of no, `rule` the rule that said it, `field` the
    field it is about; `detail` is one sentence for a person, in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    rule: str = ""
    field: str = ""


class ProblemError(Exception):
    """Ends a request with one of the service's own codes; `params` fill its sentence."""

    def __init__(
        self,
        code: str,
        *,
        field: str = "",
        rule: str = "",
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.rule = rule or code
        self.headers = dict(headers or {})
        self.params = params

    @property
    def status(self) -> int:
        return STATUS[self.code]


class RefusalError(Exception):
    """Ends a request with a refusal of the rules; `action` is what was wanted."""

    def __init__(self, refusal: Refusal, action: str = "") -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.action = action

    @property
    def status(self) -> int:
        return refusal_status(self.refusal)


def refusal_status(refusal: Refusal) -> int:
    """403 for who may not, 404 for what is not there, 422 for a field that is not as it must be, 409 for
    every other rule that forbids it."""
    if refusal.code.startswith(("field_", "password_")):
        return 422
    return _REFUSED.get(refusal.code, 409)


def refusal_rule(refusal: Refusal) -> str:
    """The rule's own name: the guard's for a guard, else the refusal's code."""
    return refusal.params.get("guard", refusal.code) if refusal.code == "guard" else refusal.code
