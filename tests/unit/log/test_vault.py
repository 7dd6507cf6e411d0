"""Personal data: out of the entries, readable through the vault, gone for good after erasure."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.base.errors import WorldError
from app.domain.sealed import Sealed
from app.log.entries import Secret
from app.log.files.database import PAGE_BYTES, Access, engine
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.opening import find
from app.log.proving.verify import verify
from app.log.store import Store
from app.log.vault import Sealer, sealed_hash
from tests.helpers.counting import POISON, Counting, counted, counting_store, write

NAME = "王小明"
PHONE = "13800001234"


def seal(case: str, value: str = PHONE) -> tuple[Sealed, Secret]:
    return Sealer().seal(case, "phone", value, "138****1234")


def rows(store: Store, table: str) -> int:
    return int(store.reader().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_what_the_entry_may_hold_says_nothing_of_the_value() -> None:
    sealed, secret = seal("c1")
    again, _ = seal("c1")
    shown = msgspec.json.encode(sealed)
    assert PHONE.encode() not in shown
    assert sealed.mask == "138****1234"
    assert sealed.ref == secret.ref
    assert sealed.hash == sealed_hash("sha256", secret.salt, PHONE)
    assert sealed.hash != sealed_hash("sha256", secret.salt, PHONE + " ")
    # Salted: the same value twice does not show as the same.
    assert (again.ref, again.hash) != (sealed.ref, sealed.hash)


def test_a_secret_is_written_with_its_entry_and_read_back(tmp_path: Path) -> None:
    (_, phone), (_, name) = seal("c1"), Sealer().seal("c1", "name", NAME, "王*")
    with counting_store(tmp_path) as store:
        entry = write(store, counted("a", secrets=(phone, name))).entries[0]
        assert PHONE.encode() not in entry.raw
        assert (store.vault.read(phone.ref), store.vault.read(name.ref)) == (PHONE, NAME)
        assert store.vault.read("nobody") is None
    with counting_store(tmp_path) as store:
        assert store.vault.read(name.ref) == NAME


def test_cases_have_keys_of_their_own_and_keep_them(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        secrets = [seal(case)[1] for case in ("c1", "c1", "c2")]
        write(store, counted(secrets=(secrets[0],)))
        write(store, counted(secrets=(secrets[1],)), counted(secrets=(secrets[2],)))
        keys = store.reader().exec_driver_sql("SELECT case_id, wrapped FROM vault_key").all()
        assert sorted(row[0] for row in keys) == ["c1", "c2"]
        assert len({row[1] for row in keys}) == 2
        assert [store.vault.read(secret.ref) for secret in secrets] == [PHONE] * 3


def test_a_refused_append_leaves_no_secret(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        write(store, counted("a", subjects=("idem:1",)))
        store.append([counted("a", subjects=("idem:1",), secrets=(seal("c1")[1],))]).result(5)
        failed = store.append([counted(POISON, secrets=(seal("c2")[1],))])
        assert isinstance(failed.exception(5), ArithmeticError)
        assert (rows(store, "vault"), rows(store, "vault_key")) == (0, 0)


def test_erasure_destroys_values_and_key_and_leaves_the_chain_whole(tmp_path: Path) -> None:
    (_, gone), (_, kept) = seal("c1"), seal("c2")
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=(gone,)), counted("b", secrets=(kept,)))
        head = store.head()
        assert store.vault.erase("c1").result(5) == 1
        assert store.vault.read(gone.ref) is None
        assert store.vault.read(kept.ref) == PHONE
        assert (rows(store, "vault"), rows(store, "vault_key")) == (1, 1)
        # What was in the write-ahead log is gone from there too.
        assert DataFolder(tmp_path).wal.stat().st_size == 0
        assert store.vault.erase("c1").result(5) == 0
        assert store.head() == head
        write(store, counted("a"))
    report = verify(tmp_path, Counting)
    assert (report.whole, report.entries) == (True, 3)


def test_an_erased_key_cannot_be_found_in_the_file(tmp_path: Path) -> None:
    """Decrypt every page of the erased database: neither wrapped key nor cipher text is left in any."""
    secret = seal("c1")[1]
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=(secret,)))
        query = "SELECT k.wrapped, v.cipher, v.salt FROM vault AS v JOIN vault_key AS k USING (case_id)"
        traces = [bytes(value) for value in store.reader().exec_driver_sql(query).one()]
        before = plain_pages(tmp_path)
        store.vault.erase("c1").result(5)
        after = plain_pages(tmp_path)
    assert [trace in before for trace in traces] == [True, True, True]
    assert [trace in after for trace in traces] == [False, False, False]


def plain_pages(folder: Path) -> bytes:
    """The database as it would lie on disk without encryption, free pages and slack included."""
    key = FileKeys(folder / "muster.key").load()
    assert key is not None
    with engine(folder / "muster.db", key, Access.WRITE).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
    content = (folder / "muster.db").read_bytes()
    plain = b""
    # SQLCipher 4: a salt of 16 bytes before the first page; 80 bytes behind each hold its IV and its HMAC.
    for start in range(0, len(content), PAGE_BYTES):
        page = content[start : start + PAGE_BYTES]
        body, tail = page[16 if start == 0 else 0 : -80], page[-80:]
        decryptor = Cipher(AES(key), CBC(tail[:16])).decryptor()
        plain += decryptor.update(body) + decryptor.finalize()
    return plain


def test_a_row_moved_or_changed_from_outside_does_not_open(tmp_path: Path) -> None:
    (_, one), (_, other) = seal("c1"), seal("c1", "13900005678")
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=(one, other)))
    found = find(DataFolder(tmp_path), FileKeys(tmp_path / "muster.key"))
    with engine(tmp_path / "muster.db", found.key, Access.WRITE).connect() as connection:
        move = (
            "UPDATE vault SET (nonce, cipher) = (SELECT nonce, cipher FROM vault WHERE ref = ?) WHERE ref = ?"
        )
        connection.exec_driver_sql(move, (other.ref, one.ref))
    with counting_store(tmp_path) as store:
        assert store.vault.read(other.ref) == "13900005678"
        with pytest.raises(WorldError) as refused:
            store.vault.read(one.ref)
    assert refused.value.key == "vault_damaged"
    assert [problem.code for problem in verify(tmp_path, Counting).problems] == ["vault_damaged"]


def test_another_databases_key_opens_no_vault(tmp_path: Path) -> None:
    secret = seal("c1")[1]
    with counting_store(tmp_path / "a") as one, counting_store(tmp_path / "b") as other:
        write(one, counted("a", secrets=(secret,)))
        wrapped = one.reader().exec_driver_sql("SELECT wrapped FROM vault_key").scalar_one()
        write(other, counted("a", secrets=(secret,)))
        assert other.reader().exec_driver_sql("SELECT wrapped FROM vault_key").scalar_one() != wrapped
