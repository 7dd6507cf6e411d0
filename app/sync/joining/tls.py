"""TLS as a desk speaks it: 1.3, its hub's CA and no other, its own certificate."""

from __future__ import annotations

import ssl

from app.base.errors import WorldError
from app.sync.joining.device_key import DeviceFolder

_NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python's ssl does not name."""


def pinned_context(ca: str) -> ssl.SSLContext:
    """For a hub whose CA (PEM) is known: nothing else that any system trusts is.

    Host names are not compared: the CA signs this hall's hubs and devices only, and parts them by what their
    keys are for; a hub that moved to another address is still the hub. Nor is the time: the clock that may
    be years off is the desk's, and it gets the right time through this very line. The hub looks at the
    desk's certificate by its own clock.

    The Chinese commercial ciphers (SM2, SM3, SM4 in TLCP) are not spoken here: Python's TLS has none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    context.load_verify_locations(cadata=ca)
    return context


def unproved_context() -> ssl.SSLContext:
    """For the one question that comes before trust: which CA a hub says it has. Nothing secret goes here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def device_context(folder: DeviceFolder) -> ssl.SSLContext:
    """For an enrolled device. WorldError when its files are broken or do not belong together."""
    try:
        context = pinned_context(folder.ca.read_text(encoding="ascii"))
        context.load_cert_chain(folder.certificate, folder.key)
    except (OSError, ValueError) as error:
        # ssl.SSLError is an OSError too.
        raise WorldError("device_file_broken", path=str(folder.path)) from error
    return context
