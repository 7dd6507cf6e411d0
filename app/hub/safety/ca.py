"""The hall's CA: made at the hub's first start, it signs this hall's hubs and devices and nothing else."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.base.clock import Instant
from app.base.errors import WorldError
from app.hub.safety.certificates import (
    ca_certificate,
    checkpoint_certificate,
    device_certificate,
    server_certificate,
)
from app.hub.safety.shared_ca import SharedCa, share_ca
from app.log.files.folder import write_atomically
from app.log.safety.shared import Keepsakes
from app.sync.joining.device_key import read_key, write_key

RENEW_BEFORE = timedelta(days=60)
"""A hub is started more often than this: its own certificate never ends while it runs."""

REQUEST_BYTES_MAX = 8 * 1024
"""A request with an elliptic key has 500 bytes."""


class CaFolder:
    """The files of a CA, in the hub's data directory. Who reads `key` can pass for any device of the hall."""

    def __init__(self, data: Path) -> None:
        self.path = data / "ca"
        self.key = self.path / "ca.key"
        self.certificate = self.path / "ca.pem"
        self.server_key = self.path / "server.key"
        self.server = self.path / "server.pem"


class HallCa:
    """An open CA. Made by `open_ca`."""

    def __init__(
        self, folder: CaFolder, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> None:
        self._folder = folder
        self._certificate = certificate
        self._key = key

    @property
    def pem(self) -> str:
        """The CA's own certificate, which every device keeps."""
        return _pem(self._certificate)

    @property
    def der(self) -> bytes:
        """The same as enrolment codes are made of."""
        return self._certificate.public_bytes(serialization.Encoding.DER)

    def sign_device(self, key: ec.EllipticCurvePublicKey, origin: str, now: Instant) -> str:
        """The certificate (PEM) for a device's key; the caller has judged whether it may have one."""
        return _pem(device_certificate(self._certificate, self._key, key, origin, now))

    def sign_checkpoints(self, key: Ed25519PublicKey, now: Instant) -> str:
        """The certificate (PEM) for the key with which this hub signs checkpoints."""
        return _pem(checkpoint_certificate(self._certificate, self._key, key, now))

    def server_context(self, names: Iterable[str], now: Instant) -> ssl.SSLContext:
        """TLS as the hub speaks it: 1.3, its own certificate for `names`, devices proved by theirs.

        A client may come without a certificate: machines bring a bearer token. One that shows a certificate
        of another CA, or one that has ended, does not get in. What the log has revoked is judged after the
        handshake (`live_device`), so that revoking needs no list and no network.

        The Chinese commercial ciphers (SM2, SM3, SM4 in TLCP) are not spoken here: Python's TLS has none.
        """
        wanted = sorted(set(names))
        self._renew_server(wanted, now)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_OPTIONAL
        try:
            context.load_verify_locations(cadata=self.pem)
            context.load_cert_chain(self._folder.server, self._folder.server_key)
        except (OSError, ValueError) as error:
            raise WorldError("ca_broken", path=str(self._folder.server)) from error
        return context

    def _renew_server(self, names: list[str], now: Instant) -> None:
        if self._folder.server.exists() and self._folder.server_key.exists():
            key, standing = read_key(self._folder.server_key), _read(self._folder.server)
            if self._serves(standing, key, names, now):
                return
        key = ec.generate_private_key(ec.SECP256R1())
        made = server_certificate(self._certificate, self._key, key.public_key(), names, now)
        # A crash in between leaves a key without its certificate; the next start sees that and makes both.
        write_key(self._folder.server_key, key)
        write_atomically(self._folder.server, (_pem(made) + self.pem).encode("ascii"), 0o644)

    def _serves(
        self, standing: x509.Certificate, key: ec.EllipticCurvePrivateKey, names: list[str], now: Instant
    ) -> bool:
        present = datetime.fromtimestamp(now / 1000, UTC)
        return (
            _signed_by(standing, self._certificate)
            and standing.public_key() == key.public_key()
            and set(names) <= _names(standing)
            and standing.not_valid_before_utc <= present < standing.not_valid_after_utc - RENEW_BEFORE
        )


def open_ca(data: Path, hall: str, now: Instant, keepsakes: Keepsakes | None = None) -> HallCa:
    """The CA of the hub in `data`, made now when there is none. `hall` is the id of its stream; with
    `keepsakes` all processes of the hall have one CA, whichever of them made it.

    WorldError when its files are broken, the key is gone that devices rely on, or another process has
    another CA.
    """
    folder = CaFolder(data)
    try:
        folder.path.mkdir(mode=0o700, exist_ok=True)
        if keepsakes is not None:
            return _of_all(folder, hall, now, keepsakes)
        if folder.certificate.exists() and not folder.key.exists():
            raise WorldError("ca_key_missing", path=str(folder.key))
        if not folder.key.exists():
            write_key(folder.key, ec.generate_private_key(ec.SECP256R1()))
        key = read_key(folder.key)
        if not folder.certificate.exists():
            made = ca_certificate(key, hall, now)
            write_atomically(folder.certificate, _pem(made).encode("ascii"), 0o644)
    except OSError as error:
        raise WorldError("folder_read_only", path=str(folder.path)) from error
    certificate = _read(folder.certificate)
    if certificate.public_key() != key.public_key():
        raise WorldError("ca_broken", path=str(folder.certificate))
    return HallCa(folder, certificate, key)


def _of_all(folder: CaFolder, hall: str, now: Instant, keepsakes: Keepsakes) -> HallCa:
    # From a time when each process was given a copy of the files: what this one has, the others have too.
    own = (read_key(folder.key), _read(folder.certificate)) if folder.key.exists() else None

    def make() -> SharedCa:
        key = ec.generate_private_key(ec.SECP256R1())
        return key, ca_certificate(key, hall, now)

    key, certificate = share_ca(keepsakes, own, make)
    if own is not None and own[1] != certificate:
        raise WorldError("ca_differs", path=str(folder.path))
    if not folder.certificate.exists() or _read(folder.certificate) != certificate:
        # For people, who give it to machine clients; nothing here reads it.
        write_atomically(folder.certificate, _pem(certificate).encode("ascii"), 0o644)
    return HallCa(folder, certificate, key)


def read_request(pem: str) -> x509.CertificateSigningRequest | None:
    """A request that proves to hold its key, an elliptic one; None for anything else."""
    if len(pem) > REQUEST_BYTES_MAX:
        return None
    try:
        asked = x509.load_pem_x509_csr(pem.encode())
        sound = asked.is_signature_valid and isinstance(asked.public_key(), ec.EllipticCurvePublicKey)
    except Exception:
        # Foreign bytes: besides ValueError, the parser raises errors of its own for what it does not support.
        return None
    return asked if sound else None


def own_names(listen: str) -> list[str]:
    """Under which names a hub that listens on the host `listen` may be called upon."""
    names = {"localhost", "127.0.0.1", "::1", socket.gethostname() or "localhost"}
    if listen and not _any_address(listen):
        return sorted(names | {listen})
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        found = []
    return sorted(names | {str(address[4][0]).partition("%")[0] for address in found})


def _any_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _signed_by(certificate: x509.Certificate, ca: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(ca)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _names(certificate: x509.Certificate) -> set[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    addresses = {str(address) for address in found.get_values_for_type(x509.IPAddress)}
    return addresses | set(found.get_values_for_type(x509.DNSName))


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise WorldError("ca_broken", path=str(path)) from error


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
