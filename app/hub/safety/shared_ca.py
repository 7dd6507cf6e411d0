"""The hall's CA where several processes serve one hall: made by the first of them, kept for all."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.base.errors import WorldError
from app.log.safety.shared import Keepsakes

CA = "ca"

SharedCa = tuple[ec.EllipticCurvePrivateKey, x509.Certificate]


class _Kept(msgspec.Struct, frozen=True):
    """Both as PEM."""

    key: str
    certificate: str


def share_ca(keepsakes: Keepsakes, own: SharedCa | None, make: Callable[[], SharedCa]) -> SharedCa:
    """The one CA of all processes. When there is none yet, it is what this process brings of its `own`, or
    one that it makes; of several that come at once one makes it."""
    kept = keepsakes.get(CA) or keepsakes.keep(CA, _encode(*(own or make())))
    try:
        found = msgspec.json.decode(kept, type=_Kept)
        key = serialization.load_pem_private_key(found.key.encode(), None)
        certificate = x509.load_pem_x509_certificate(found.certificate.encode())
    except (msgspec.DecodeError, ValueError, TypeError) as error:
        raise WorldError("ca_shared_broken") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        raise WorldError("ca_shared_broken")
    return key, certificate


def _encode(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    pem = serialization.Encoding.PEM
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    kept = _Kept(written.decode("ascii"), certificate.public_bytes(pem).decode("ascii"))
    return msgspec.json.encode(kept)
