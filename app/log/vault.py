"""The vault: personal data outside the log, each case under a key of its own, erased by destroying both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.domain.sealed import Sealed
from app.log.chain import DEFAULT_ALGORITHM, digest
from app.log.entries import Secret

_REF_BYTES = 16
_SALT_BYTES = 16
_NONCE_BYTES = 12
_KEY_BYTES = 32

_KEYS = "SELECT k.case_id, k.wrapped FROM json_each(?) AS j CROSS JOIN vault_key AS k ON k.case_id = j.value"
_ROWS = (
    "SELECT v.ref, v.case_id, v.field, v.salt, v.nonce, v.cipher, k.wrapped FROM json_each(?) AS j "
    "CROSS JOIN vault AS v ON v.ref = j.value JOIN vault_key AS k ON k.case_id = v.case_id ORDER BY j.key"
)
_HELD = "SELECT v.ref FROM json_each(?) AS j CROSS JOIN vault AS v ON v.ref = j.value"


class Sealer:
    """Parts personal data into what an entry may hold and what only the vault may."""

    def __init__(
        self, random_bytes: Callable[[int], bytes] = os.urandom, algorithm: str = DEFAULT_ALGORITHM
    ) -> None:
        self._random_bytes = random_bytes
        self._algorithm = algorithm

    def seal(self, case: str, field: str, value: str, mask: str) -> tuple[Sealed, Secret]:
        """`Sealed` goes into the body, `Secret` into the same draft's `secrets`."""
        ref = self._random_bytes(_REF_BYTES).hex()
        salt = self._random_bytes(_SALT_BYTES)
        return Sealed(ref, mask, sealed_hash(self._algorithm, salt, value)), Secret(
            ref, case, field, value, salt
        )


def sealed_hash(algorithm: str, salt: bytes, value: str) -> str:
    """The hash that stands in the entry: proves `value` as long as the salt lives."""
    return digest(algorithm, salt + value.encode())


def contents_key(database_key: bytes) -> bytes:
    """The key from which those of attachments are made."""
    derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"muster: contents of attachments")
    return derived.derive(database_key)


class VaultRows:
    """Writes and reads the vault's rows. Case keys are wrapped by a key derived from the database's."""

    def __init__(self, database_key: bytes, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        derived = HKDF(
            algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"muster: wraps the keys of cases"
        )
        self._wrapping_key = derived.derive(database_key)
        self.contents_key = contents_key(database_key)
        self._random_bytes = random_bytes

    def put(self, connection: Connection, secrets: Iterable[Secret]) -> None:
        """Encrypt and write `secrets`, inside the caller's transaction."""
        secrets = list(secrets)
        if not secrets:
            return
        keys = self._case_keys(connection, {secret.case for secret in secrets})
        rows = []
        for secret in secrets:
            nonce = self._random_bytes(_NONCE_BYTES)
            about = _about(secret.ref, secret.case, secret.field)
            cipher = AESGCM(keys[secret.case]).encrypt(nonce, secret.value.encode(), about)
            rows.append((secret.ref, secret.case, secret.field, secret.salt, nonce, cipher))
        connection.exec_driver_sql("INSERT INTO vault VALUES(?, ?, ?, ?, ?, ?)", rows)

    def put_new(self, connection: Connection, secrets: Iterable[Secret]) -> int:
        """Write those whose reference has no value here yet, inside the caller's transaction; how many.

        What came first stands: whoever sends a value for a reference again cannot change it.
        """
        first: dict[str, Secret] = {}
        for secret in secrets:
            first.setdefault(secret.ref, secret)
        if not first:
            return 0
        for row in connection.exec_driver_sql(_HELD, (_listed(first),)):
            del first[str(row[0])]
        self.put(connection, first.values())
        return len(first)

    def read(self, connection: Connection, ref: str) -> str | None:
        """The value behind `ref`; None when it was erased. WorldError when it was tampered with."""
        found = self.secrets(connection, (ref,))
        return found[0].value if found else None

    def secrets(self, connection: Connection, refs: Sequence[str]) -> list[Secret]:
        """What stands behind `refs`, in their order, as far as it was not erased.

        WorldError when it was tampered with.
        """
        if not refs:
            return []
        found = []
        for row in connection.exec_driver_sql(_ROWS, (_listed(dict.fromkeys(refs)),)).all():
            ref, case, field, salt, nonce, cipher, wrapped = row
            try:
                key = aes_key_unwrap(self._wrapping_key, wrapped)
                value = AESGCM(key).decrypt(nonce, cipher, _about(ref, case, field)).decode()
            except (InvalidTag, InvalidUnwrap) as error:
                raise WorldError("vault_damaged", ref=ref) from error
            found.append(Secret(ref, case, field, value, salt))
        return found

    def lacking(self, connection: Connection, refs: Sequence[str]) -> list[str]:
        """Those of `refs` that have no value here."""
        held = {str(row[0]) for row in connection.exec_driver_sql(_HELD, (_listed(refs),))}
        return [ref for ref in refs if ref not in held]

    def erase(self, connection: Connection, case: str) -> int:
        """Destroy the key and all values of `case`, inside the caller's transaction; how many there were."""
        erased = connection.exec_driver_sql("DELETE FROM vault WHERE case_id = ?", (case,)).rowcount
        connection.exec_driver_sql("DELETE FROM vault_key WHERE case_id = ?", (case,))
        return erased

    def _case_keys(self, connection: Connection, cases: set[str]) -> dict[str, bytes]:
        found = connection.exec_driver_sql(_KEYS, (_listed(cases),))
        keys = {str(row[0]): aes_key_unwrap(self._wrapping_key, row[1]) for row in found}
        new = {case: self._random_bytes(_KEY_BYTES) for case in cases - keys.keys()}
        if new:
            wrapped = [(case, aes_key_wrap(self._wrapping_key, key)) for case, key in new.items()]
            connection.exec_driver_sql("INSERT INTO vault_key VALUES(?, ?)", wrapped)
        return keys | new


class Vault:
    """The vault of an open store: read on any thread, erased by the writer."""

    def __init__(
        self,
        rows: VaultRows,
        reader: Callable[[], Connection],
        erase: Callable[[str], Future[int]],
    ) -> None:
        self._rows = rows
        self._reader = reader
        self._erase = erase

    def read(self, ref: str) -> str | None:
        """The value behind `ref`; None after erasure. The caller has written the reveal as an entry."""
        return self._rows.read(self._reader(), ref)

    def erase(self, case: str) -> Future[int]:
        """Destroy all values of `case` and their key; the number of values, once that is on disk.

        The entries stay as they are, and so do both chains.
        """
        return self._erase(case)


def _listed(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


def _about(ref: str, case: str, field: str) -> bytes:
    # Bound to its place: a row's cipher moved to another row does not open.
    return f"{ref}\n{case}\n{field}".encode()
