"""Verifying finds a flipped bit anywhere in a content, one that is gone, and counts what is not here yet."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.log.attachments.port import PIECE_BYTES, Standing
from app.log.attachments.proving import Contents
from app.log.proving.proof import Problem
from app.log.proving.verify import verify
from app.projections.projector import HallProjector
from tests.helpers.contents import keep, named, picture
from tests.helpers.halls import hall

BODY = picture(PIECE_BYTES + 5_000)
SHA = named(BODY)


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as made:
        keep(made.store.attachments, BODY)
    path = tmp_path / "hall" / "attachments" / SHA[:2] / SHA
    raw = path.read_bytes()
    report = verify(tmp_path / "hall", HallProjector)
    assert report.whole
    assert report.contents == Contents(1)
    for place in (0, 20, 30, 4096, 4096 + 500, 4096 + PIECE_BYTES + 20, len(raw) - 1):
        changed = bytearray(raw)
        changed[place] ^= 1
        path.write_bytes(changed)
        assert verify(tmp_path / "hall", HallProjector).problems == (
            Problem("attachment_damaged", detail=SHA),
        ), place
    path.write_bytes(raw[:-1])
    assert not verify(tmp_path / "hall", HallProjector).whole


def test_one_that_was_here_is_missed_and_one_that_was_erased_is_not(tmp_path: Path) -> None:
    with hall(tmp_path / "hall") as made:
        keep(made.store.attachments, BODY)
        other = keep(made.store.attachments, picture(900, seed=2))
        assert made.store.attachments.erase(other.sha256)
        begun = made.store.attachments.begin("0" * 64, 700)
        assert isinstance(begun, Standing)
    shutil.rmtree(tmp_path / "hall" / "attachments" / SHA[:2])
    report = verify(tmp_path / "hall", HallProjector)
    assert report.problems == (Problem("attachment_missing", detail=SHA),)
    assert report.contents == Contents(0, 1, 0)
