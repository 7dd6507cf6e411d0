"""Where the database's key comes from: by default a file beside it that only its owner may read."""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.base.errors import WorldError
from app.log.files.folder import write_atomically

KEY_BYTES = 32
"""A raw key of AES-256: opens in 0.1 ms, where a passphrase costs 100 ms and is weaker."""

_HEADER = "muster-key-1"
_CHECK_LABEL = b"muster: check value of the database key"


class KeyProvider(Protocol):
    """Keeps the key of one data directory."""

    def load(self) -> bytes | None:
        """The key; None when there is none yet. WorldError when there is something that is no key."""
        ...

    def create(self) -> bytes:
        """Make a key and keep it durably before returning it. OSError when it cannot be kept."""
        ...


class FileKeys:
    """The key as a file with mode 0600, one line of text."""

    def __init__(self, path: Path, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._path = path
        self._random_bytes = random_bytes

    def load(self) -> bytes | None:
        try:
            words = self._path.read_text(encoding="ascii").split()
            if len(words) == 2 and words[0] == _HEADER and len(words[1]) == 2 * KEY_BYTES:
                return bytes.fromhex(words[1])
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise WorldError("key_unreadable", path=str(self._path)) from error
        raise WorldError("key_unreadable", path=str(self._path))

    def create(self) -> bytes:
        key = self._random_bytes(KEY_BYTES)
        keep_key(self._path, key)
        return key


def keep_key(path: Path, key: bytes) -> None:
    """Write the key's file, durably. OSError when it cannot be kept."""
    write_atomically(path, f"{_HEADER} {key.hex()}\n".encode("ascii"), 0o600)


def key_check(key: bytes) -> str:
    """A value that tells keys apart and gives nothing of them away: the key is random and 256 bits long."""
    return hmac.digest(key, _CHECK_LABEL, "sha256")[:16].hex()
