"""How the pieces of one content are encrypted, whatever they lie in: each by itself, bound to its place."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.base.errors import WorldError

SALT_BYTES = 16
NONCE_BYTES, TAG_BYTES = 12, 16

_KEY_BYTES = 32


class PieceCipher:
    """For the content `sha256` of `size` bytes. Its key comes from the database's and a `salt`: whoever
    destroys the salt destroys the content."""

    def __init__(self, key: bytes, sha256: str, size: int, salt: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=sha256.encode())
        self._cipher = AESGCM(derived.derive(key))
        self._sha256 = sha256
        self._size = size

    def seal(self, index: int, piece: bytes, nonce: bytes) -> bytes:
        """The piece as it is kept, with its nonce before it and its tag behind."""
        return nonce + self._cipher.encrypt(nonce, piece, self._about(index))

    def open(self, index: int, sealed: bytes) -> bytes:
        """The piece. WorldError `attachment_damaged` when it was changed, or is another one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._about(index))
        except (InvalidTag, ValueError) as error:
            raise WorldError("attachment_damaged", sha256=self._sha256) from error

    def _about(self, index: int) -> bytes:
        # Bound to its place: a piece of another content, or another piece of this one, does not open.
        return f"{self._sha256}\n{self._size}\n{index}".encode()
