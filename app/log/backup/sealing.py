"""Files that stand in a backup beside the database, such as the CA's key: sealed under the database's key."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.base.errors import WorldError

SEALED_BYTES_MAX = 16 * 1024 * 1024
"""Keys, certificates and settings are small; what is big is an attachment and encrypted already."""

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Seals:
    """Seals and opens the small files of one backup, and proves its manifest."""

    def __init__(self, database_key: bytes) -> None:
        self._files = AESGCM(_derived(database_key, b"muster: files of a backup"))
        self._proof = _derived(database_key, b"muster: manifest of a backup")

    def seal(self, name: str, data: bytes) -> bytes:
        """`data` as it stands in the backup under `name`, to which it is bound."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._files.encrypt(nonce, data, name.encode())

    def open(self, name: str, sealed: bytes, path: str) -> bytes:
        """WorldError when it was altered, or sealed under another name."""
        try:
            return self._files.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError) as error:
            raise WorldError("backup_broken", path=path, detail=name) from error

    def proof(self, manifest: bytes) -> bytes:
        """What only the holder of the key can put beside these bytes."""
        return hmac.digest(self._proof, manifest, "sha256")

    def proves(self, manifest: bytes, proof: bytes) -> bool:
        return hmac.compare_digest(self.proof(manifest), proof)


def _derived(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(key)
