"""The certificates of a hall: of its CA, its hub, a device, its checkpoints; each good for one thing only."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.base.clock import Instant
from app.sync.joining.identity import device_uri

CA_DAYS = 20 * 365
"""Longer than the program will stand: replacing the CA means enrolling every device anew."""

SERVER_DAYS = 397
"""What other programs accept of a server; the hub makes itself a new one at a start before it ends."""

DEVICE_DAYS = 10 * 365
"""A device is put out by the log, not by a date; the date only outlives the PC."""

EARLIER_DAYS = 1
"""Begins the day before: a second hub's clock may be behind."""

_SIGNER = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
_SPEAKER = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def ca_certificate(key: ec.EllipticCurvePrivateKey, hall: str, now: Instant) -> x509.Certificate:
    """The hall's own CA, signed by itself; `hall` is its stream's id, which tells two halls' CAs apart."""
    name = _name(f"Muster CA {hall}")
    built = _begun(name, name, key.public_key(), now, CA_DAYS)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = built.add_extension(_SIGNER, critical=True)
    return built.sign(key, hashes.SHA256())


def server_certificate(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePublicKey,
    names: Sequence[str],
    now: Instant,
) -> x509.Certificate:
    """A hub's, for the host names and addresses it listens on."""
    built = _begun(_name("Muster hub"), ca.subject, key, now, SERVER_DAYS)
    built = _leaf(built, ca_key, ExtendedKeyUsageOID.SERVER_AUTH)
    alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
    return built.add_extension(alternatives, critical=False).sign(ca_key, hashes.SHA256())


def device_certificate(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePublicKey,
    origin: str,
    now: Instant,
) -> x509.Certificate:
    """A device's, bound to the origin it writes as. Nothing but the key and the origin comes from outside."""
    built = _begun(_name(origin), ca.subject, key, now, DEVICE_DAYS)
    built = _leaf(built, ca_key, ExtendedKeyUsageOID.CLIENT_AUTH)
    named = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(device_uri(origin))])
    return built.add_extension(named, critical=False).sign(ca_key, hashes.SHA256())


def checkpoint_certificate(
    ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, key: Ed25519PublicKey, now: Instant
) -> x509.Certificate:
    """For the key that signs what the log was. No line can be opened with it: TLS here speaks other keys."""
    built = _begun(_name("Muster checkpoints"), ca.subject, key, now, CA_DAYS)
    constraints = x509.BasicConstraints(ca=False, path_length=None)
    return built.add_extension(constraints, critical=True).sign(ca_key, hashes.SHA256())


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey | Ed25519PublicKey,
    now: Instant,
    days: int,
) -> x509.CertificateBuilder:
    begins = datetime.fromtimestamp(now / 1000, UTC) - timedelta(days=EARLIER_DAYS)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _leaf(
    built: x509.CertificateBuilder, ca_key: ec.EllipticCurvePrivateKey, purpose: x509.ObjectIdentifier
) -> x509.CertificateBuilder:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SPEAKER, critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(authority, critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
