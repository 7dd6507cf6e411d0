"""What a PC and the hub say to each other when the PC joins the hall."""

from __future__ import annotations

import msgspec

CA_PATH = "/api/v1/ca"
"""GET, without any proof of who asks: ShownCa."""

ENROL_PATH = "/api/v1/enrol"
"""POST EnrolAsked: Enrolled, or a problem whose `rule` is the refusal."""


class ShownCa(msgspec.Struct, frozen=True):
    """The certificate (PEM) of the hall's CA. Trusted only when the one-time code says the same."""

    certificate: str


class EnrolAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` is the secret of the one-time code, `csr` a certificate request (PEM) that names the PC's
    origin, `label` what the PC calls itself, used when the code came without a name."""

    code: str
    csr: str
    label: str = ""


class Enrolled(msgspec.Struct, frozen=True):
    """The PC's certificate and the hall's CA (PEM), its letters in case codes, and the stream of the hub."""

    certificate: str
    ca: str
    letters: str
    stream: str
