"""The key file: private, durable, and told apart from anything else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.log.files.keys import KEY_BYTES, FileKeys, key_check


def test_a_key_is_made_once_and_read_back(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "muster.key")
    assert keys.load() is None
    key = keys.create()
    assert len(key) == KEY_BYTES
    assert FileKeys(tmp_path / "muster.key").load() == key
    assert FileKeys(tmp_path / "other.key").create() != key


@pytest.mark.skipif(sys.platform == "win32", reason="no file modes")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    FileKeys(tmp_path / "muster.key").create()
    assert (tmp_path / "muster.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"muster-key-1", b"muster-key-1 abcd", b"muster-key-1 " + b"z" * 64, b"\xff"]
)
def test_anything_else_is_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "muster.key").write_bytes(content)
    with pytest.raises(WorldError) as refused:
        FileKeys(tmp_path / "muster.key").load()
    assert refused.value.key == "key_unreadable"


def test_the_check_value_tells_keys_apart_and_is_not_the_key() -> None:
    one, other = b"\x01" * KEY_BYTES, b"\x01" * (KEY_BYTES - 1) + b"\x02"
    assert key_check(one) == key_check(bytes(one))
    assert key_check(one) != key_check(other)
    assert one.hex() not in key_check(one)
