"""The database's key inside a backup: wrapped by a passphrase, or left out."""

from __future__ import annotations

import os

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.base.errors import UsageError, WorldError
from app.log.files.keys import KEY_BYTES

MEMORY_KIB = 256 * 1024
PASSES = 4
LANES = 2
"""About a second: a backup is carried off and guessed at in peace, unlike a password at the hub's door."""

MEMORY_KIB_MAX = 1024 * 1024
PASSES_MAX = 16
LANES_MAX = 16
"""What a manifest may ask for: a forged one must not eat the machine."""

PASSPHRASE_CHARACTERS_MIN = 12

_SALT_BYTES = 16
_NONCE_BYTES = 12
_ABOUT = b"muster: key of a backup"


class WrappedKey(msgspec.Struct, frozen=True):
    """The key under AES-256-GCM with a key that argon2id makes of the passphrase."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    nonce: bytes
    wrapped: bytes


def wrap(key: bytes, passphrase: str) -> WrappedKey:
    """UsageError for a passphrase that is too short to be one."""
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        raise UsageError("passphrase_short", characters_min=PASSPHRASE_CHARACTERS_MIN)
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    wrapping = _stretch(passphrase, salt, MEMORY_KIB, PASSES, LANES)
    wrapped = AESGCM(wrapping).encrypt(nonce, key, _ABOUT)
    return WrappedKey(salt, MEMORY_KIB, PASSES, LANES, nonce, wrapped)


def unwrap(wrapped: WrappedKey, passphrase: str, path: str) -> bytes:
    """The key; WorldError when the passphrase is another, or the backup at `path` asks for the absurd."""
    cost = (wrapped.memory_kib, wrapped.passes, wrapped.lanes)
    within = zip(cost, (MEMORY_KIB_MAX, PASSES_MAX, LANES_MAX), strict=True)
    if len(wrapped.salt) < _SALT_BYTES or not all(0 < asked <= most for asked, most in within):
        raise WorldError("backup_broken", path=path, detail="key")
    try:
        return AESGCM(_stretch(passphrase, wrapped.salt, *cost)).decrypt(
            wrapped.nonce, wrapped.wrapped, _ABOUT
        )
    except (InvalidTag, ValueError) as error:
        raise WorldError("passphrase_wrong", path=path) from error


def _stretch(passphrase: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, lanes, KEY_BYTES, Type.ID)
