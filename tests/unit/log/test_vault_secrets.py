"""Personal data on its way from vault to vault: read out whole, taken in once, never overwritten."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.base.errors import WorldError
from app.log.vault import Sealer
from tests.helpers.counting import counted, counting_store, write


def test_what_was_put_in_comes_out_in_the_order_asked(tmp_path: Path) -> None:
    secrets = [Sealer().seal(case, "phone", f"1380000{case}", "***")[1] for case in ("1", "2", "1")]
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=tuple(secrets)))
        refs = [secret.ref for secret in secrets]
        assert store.secrets([refs[2], "nobody", refs[0], refs[2]]) == [secrets[2], secrets[0]]
        assert store.secrets([]) == []
        store.vault.erase("1").result(5)
        assert store.secrets(refs) == [secrets[1]]


def test_what_stands_is_not_changed_by_what_comes_again(tmp_path: Path) -> None:
    _, first = Sealer().seal("1", "phone", "13800001234", "***")
    _, new = Sealer().seal("2", "phone", "13900001234", "***")
    other = msgspec.structs.replace(first, value="another", case="2")
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=(first,)))
        rows = store._vault_rows
        assert (
            store.write(lambda connection: rows.put_new(connection, [other, new, new, other])).result(5) == 1
        )
        assert store.secrets([first.ref, new.ref]) == [first, new]
        assert store.write(lambda connection: rows.put_new(connection, [])).result(5) == 0


def test_what_was_altered_is_told(tmp_path: Path) -> None:
    _, secret = Sealer().seal("1", "phone", "13800001234", "***")
    with counting_store(tmp_path) as store:
        write(store, counted("a", secrets=(secret,)))
        store.write(
            lambda c: c.exec_driver_sql("UPDATE vault SET cipher = zeroblob(length(cipher))").rowcount
        ).result(5)
        with pytest.raises(WorldError) as refused:
            store.secrets([secret.ref])
        assert refused.value.key == "vault_damaged"
