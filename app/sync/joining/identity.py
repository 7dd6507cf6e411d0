"""What names a device in certificates: its origin as an URI, and the fingerprint of its public key."""

from __future__ import annotations

import hashlib
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_URI = "urn:muster:device:"


def device_uri(origin: str) -> str:
    """The name of the device that writes as `origin`, as its certificate carries it."""
    return _URI + origin


def device_origin(uri: str) -> str:
    """The origin that `uri` names; empty when it names none. Origins are UUIDs in small letters."""
    origin = uri.removeprefix(_URI)
    try:
        return origin if uri.startswith(_URI) and str(uuid.UUID(origin)) == origin else ""
    except ValueError:
        return ""


def named_origin(extensions: x509.Extensions) -> str:
    """The one origin that a certificate or a request for one names; empty when none or several."""
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    found = {device_origin(uri) for uri in names.get_values_for_type(x509.UniformResourceIdentifier)}
    return found.pop() if len(found) == 1 else ""


def key_fingerprint(key: PublicKeyTypes) -> str:
    """SHA-256 of the public key (DER), hexadecimal: stays when the same key gets a new certificate."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
