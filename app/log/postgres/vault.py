"""The vault's rows on PostgreSQL, under the same wrapping key as every hub process of the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.log.entries import Secret
from app.log.vault import VaultRows

NAME_CHARACTERS_MAX = 200
"""References and cases are ids; what is longer, or holds a zero byte, no desk of ours has made."""

_NONCE_BYTES = 12
_KEY_BYTES = 32

_KEYS = "SELECT case_id, wrapped FROM vault_key WHERE case_id = ANY(%s)"
_ROWS = (
    "SELECT v.ref, v.case_id, v.field, v.salt, v.nonce, v.cipher, k.wrapped "
    "FROM unnest(%s::text[]) WITH ORDINALITY AS j(ref, place) JOIN vault AS v ON v.ref = j.ref "
    "JOIN vault_key AS k ON k.case_id = v.case_id ORDER BY j.place"
)
_HELD = "SELECT ref FROM vault WHERE ref = ANY(%s)"
_PUT = "INSERT INTO vault(ref, case_id, field, salt, nonce, cipher) VALUES(%s, %s, %s, %s, %s, %s)"
_PUT_KEY = "INSERT INTO vault_key(case_id, wrapped) VALUES(%s, %s)"


class PgVaultRows(VaultRows):
    """Writes inside a transaction that holds the head: two processes never make two keys for one case."""

    def put(self, connection: Connection, secrets: Iterable[Secret]) -> None:
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
        connection.exec_driver_sql(_PUT, rows)

    def put_new(self, connection: Connection, secrets: Iterable[Secret]) -> int:
        first: dict[str, Secret] = {}
        for secret in secrets:
            if all(_fits(text) for text in (secret.ref, secret.case, secret.field)):
                first.setdefault(secret.ref, secret)
        if not first:
            return 0
        for ref in self.held(connection, list(first)):
            del first[ref]
        self.put(connection, first.values())
        return len(first)

    def held(self, connection: Connection, refs: Sequence[str]) -> list[str]:
        """Those of `refs` that have a value here."""
        asked = [ref for ref in refs if _fits(ref)]
        return [str(ref) for ref in connection.exec_driver_sql(_HELD, (asked,)).scalars()] if asked else []

    def secrets(self, connection: Connection, refs: Sequence[str]) -> list[Secret]:
        asked = [ref for ref in dict.fromkeys(refs) if _fits(ref)]
        found = []
        for row in connection.exec_driver_sql(_ROWS, (asked,)).all() if asked else ():
            ref, case, field, salt, nonce, cipher, wrapped = row
            try:
                key = aes_key_unwrap(self._wrapping_key, wrapped)
                value = AESGCM(key).decrypt(nonce, cipher, _about(ref, case, field)).decode()
            except (InvalidTag, InvalidUnwrap) as error:
                raise WorldError("vault_damaged", ref=ref) from error
            found.append(Secret(ref, case, field, value, bytes(salt)))
        return found

    def erase(self, connection: Connection, case: str) -> int:
        """As in VaultRows, inside a transaction that holds the head."""
        erased = connection.exec_driver_sql("DELETE FROM vault WHERE case_id = %s", (case,)).rowcount
        connection.exec_driver_sql("DELETE FROM vault_key WHERE case_id = %s", (case,))
        return erased

    def _case_keys(self, connection: Connection, cases: set[str]) -> dict[str, bytes]:
        found = connection.exec_driver_sql(_KEYS, (list(cases),)).all()
        keys = {str(row[0]): aes_key_unwrap(self._wrapping_key, row[1]) for row in found}
        new = {case: self._random_bytes(_KEY_BYTES) for case in cases - keys.keys()}
        if new:
            wrapped = [(case, aes_key_wrap(self._wrapping_key, key)) for case, key in new.items()]
            connection.exec_driver_sql(_PUT_KEY, wrapped)
        return keys | new


def _fits(text: str) -> bool:
    return len(text) <= NAME_CHARACTERS_MAX and "\0" not in text


def _about(ref: str, case: str, field: str) -> bytes:
    # Bound to its place: a row's cipher moved to another row does not open.
    return f"{ref}\n{case}\n{field}".encode()
