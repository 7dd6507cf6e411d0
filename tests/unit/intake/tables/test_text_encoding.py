"""The encoding is decided by all of the file, or the file is refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.intake.tables.text_encoding import CHUNK_BYTES, UTF8_PROOF_CHARS, decide_encoding

TEXT = "编号,内容\r\n1,滨河路路灯不亮\r\n"


def decide(raw: bytes) -> str:
    file = io.BytesIO(raw)
    encoding = decide_encoding(file, Path("a.csv"))
    assert file.tell() == 0
    return encoding


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_is_known(encoding: str) -> None:
    assert decide(TEXT.encode(encoding)) == encoding


def test_ascii_and_nothing_are_utf8() -> None:
    assert decide(b"id,what\n1,lamp\n") == "utf-8"
    assert decide(b"") == "utf-8"


def test_a_single_chinese_character_at_the_end_decides() -> None:
    ascii_rows = b"1,lamp\n" * (CHUNK_BYTES // 7 + 10)
    assert decide(ascii_rows + "路灯\n".encode("gb18030")) == "gb18030"


def test_a_character_across_two_chunks_is_one() -> None:
    for shift in range(4):
        raw = b"a" * (CHUNK_BYTES - shift) + "路".encode()
        assert decide(raw) == "utf-8"
        assert decide(b"a" * (CHUNK_BYTES - shift) + "路灯".encode("gb18030")) == "gb18030"


def test_damaged_utf8_is_not_read_as_gb18030() -> None:
    # The last character lost its last byte; what is left is right in GB18030, and gibberish.
    raw = ("路灯\n" * UTF8_PROOF_CHARS + "路灯").encode()[:-1] + b"a\n"
    assert "路" not in raw.decode("gb18030")
    with pytest.raises(WorldError) as caught:
        decide(raw)
    assert caught.value.key == "import_utf8_broken"
    assert caught.value.params["line"] == UTF8_PROOF_CHARS + 1


def test_a_marked_file_that_is_damaged_is_never_gb18030() -> None:
    raw = b"\xef\xbb\xbfid\n" + "路灯".encode("gb18030")
    with pytest.raises(WorldError) as caught:
        decide(raw)
    assert (caught.value.key, caught.value.params["line"]) == ("import_utf8_broken", 2)


def test_what_is_neither_is_refused_with_its_line() -> None:
    with pytest.raises(WorldError) as caught:
        decide("编号\n路灯\n".encode("gb18030") + b"\xff\xff\n")
    assert (caught.value.key, caught.value.params["line"]) == ("import_encoding", 3)
    with pytest.raises(WorldError):
        decide("id,what\n".encode("utf-16"))
