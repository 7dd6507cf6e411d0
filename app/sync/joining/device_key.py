"""A device's own key, which never leaves it, and what it was given when it joined a hall."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.base.errors import WorldError
from app.log.files.folder import write_atomically
from app.sync.joining.identity import device_uri


class HubFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device knows of its hub: where it listens, whose log it has, the letters it gave this device."""

    url: str
    stream: str
    origin: str
    letters: str


class DeviceFolder:
    """The files of an enrolled device in its data directory."""

    def __init__(self, data: Path) -> None:
        self.path = data / "device"
        self.key = self.path / "device.key"
        self.certificate = self.path / "device.pem"
        self.ca = self.path / "ca.pem"
        self.hub = self.path / "hub.json"

    @property
    def enrolled(self) -> bool:
        """Whether the last file of an enrolment is there: what a crash left half-done does not count."""
        return self.hub.exists()

    def read_hub(self) -> HubFile:
        """WorldError when the device is not enrolled or its file is broken."""
        try:
            return msgspec.json.decode(self.hub.read_bytes(), type=HubFile)
        except FileNotFoundError as error:
            raise WorldError("not_enrolled", path=str(self.path.parent)) from error
        except (OSError, msgspec.DecodeError) as error:
            raise WorldError("device_file_broken", path=str(self.hub)) from error

    def own_key(self) -> ec.EllipticCurvePrivateKey:
        """The device's key, made now when there is none. WorldError when the file is no key of ours."""
        if not self.key.exists():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_key(self.key, ec.generate_private_key(ec.SECP256R1()))
        return read_key(self.key)

    def keep(self, certificate: str, ca: str, hub: HubFile) -> None:
        """Keep what an enrolment gave; the hub's file last, for it says that the others are whole."""
        write_atomically(self.certificate, certificate.encode("ascii"), 0o644)
        write_atomically(self.ca, ca.encode("ascii"), 0o644)
        write_atomically(self.hub, msgspec.json.format(msgspec.json.encode(hub)) + b"\n", 0o644)


def request_certificate(key: ec.EllipticCurvePrivateKey, origin: str) -> str:
    """The request (PEM) for a certificate of the device that writes as `origin`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, origin)])
    names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(device_uri(origin))])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name).add_extension(names, critical=False)
    return asked.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


def write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Keep a private key so that only its owner may read it."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_atomically(path, pem, 0o600)


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """WorldError when there is no elliptic key in `path`, or it may not be read."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise WorldError("device_file_broken", path=str(path)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WorldError("device_file_broken", path=str(path))
    return key
