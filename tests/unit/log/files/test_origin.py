"""An origin's entries: dense, chained, encoded once."""

from __future__ import annotations

import msgspec
import pytest

from app.base.errors import UsageError
from app.log.chain import digest
from app.log.entries import TimeClaim, read_entry
from app.log.files.origin import ENTRY_BYTES_MAX, OriginTail, seal
from tests.helpers.counting import NOON, Counted, counted

CLAIM = TimeClaim(wall=NOON, boot=5, boot_id="b")


def test_bytes_read_back_as_the_entry() -> None:
    draft = counted("街道", 3, subjects=("ext:hotline:1",), base={"counter:街道": 7})
    entry, raw, _ = seal(draft, "here", OriginTail(), CLAIM, "sha256")
    again = read_entry(raw)
    assert msgspec.structs.replace(again, body=entry.body) == entry
    assert bytes(again.body) == bytes(entry.body)
    assert msgspec.json.decode(again.body, type=Counted) == Counted("街道", 3)
    assert (again.eid, again.subjects, again.base) == (draft.eid, draft.subjects, dict(draft.base))


def test_numbers_are_dense_and_chained() -> None:
    first, raw, tail = seal(counted(), "here", OriginTail(), CLAIM, "sha256")
    second, raw_2, tail_2 = seal(counted(), "here", tail, CLAIM, "sha256")
    assert (first.oseq, first.prev_origin_hash) == (1, "")
    assert (second.oseq, second.prev_origin_hash) == (2, digest("sha256", raw))
    assert tail_2 == OriginTail(2, digest("sha256", raw_2))


def test_an_entry_too_big_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        seal(counted("x" * ENTRY_BYTES_MAX), "here", OriginTail(), CLAIM, "sha256")
    assert refused.value.key == "entry_too_big"
