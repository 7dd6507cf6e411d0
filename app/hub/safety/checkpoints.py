"""The hub's signature under checkpoints: an Ed25519 key of its own, which the hall's CA vouches for."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.base.clock import Instant
from app.base.errors import WorldError
from app.hub.safety.ca import HallCa
from app.log.files.folder import write_atomically


class Checkpoints:
    """Signs what the log was at a number. The key lies beside the CA's, and may be thrown away: the next
    start makes another."""

    def __init__(self, data: Path, ca: HallCa, now: Instant) -> None:
        """WorldError when the key's file is broken."""
        self._key = _key(data / "ca" / "checkpoint.key")
        self.certificate = ca.sign_checkpoints(self._key.public_key(), now)

    def sign(self, claim: bytes) -> bytes:
        return self._key.sign(claim)


def _key(path: Path) -> Ed25519PrivateKey:
    try:
        if not path.exists():
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_atomically(path, pem, 0o600)
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise WorldError("ca_broken", path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise WorldError("ca_broken", path=str(path))
    return key
