"""Which device is at the other end of a TLS line, and whether the hall still knows it."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from cryptography import x509

from app.domain.devices import DeviceEnrolled
from app.sync.joining.identity import key_fingerprint, named_origin


def peer_device(line: ssl.SSLObject | ssl.SSLSocket | None) -> tuple[str, str]:
    """(origin, fingerprint of the key) as the line's proved certificate says; empty without one."""
    der = line.getpeercert(binary_form=True) if line is not None else None
    if not der:
        return "", ""
    shown = x509.load_der_x509_certificate(der)
    return named_origin(shown.extensions), key_fingerprint(shown.public_key())


def live_device(
    line: ssl.SSLObject | ssl.SSLSocket | None, devices: Mapping[str, DeviceEnrolled]
) -> DeviceEnrolled | None:
    """The enrolled device behind the line, by the hall's devices of this moment; None when it was revoked,
    never enrolled, or enrolled anew with another key."""
    origin, fingerprint = peer_device(line)
    known = devices.get(origin) if origin else None
    return known if known is not None and known.fingerprint == fingerprint else None
