"""Contents as files: any order, any repeat, never half, never another than the hash says."""

from __future__ import annotations

import errno
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import WorldError
from app.domain.attachment import ATTACHMENT_BYTES_MAX
from app.domain.refusal import Refusal
from app.log.attachments import content_file
from app.log.attachments.port import PIECE_BYTES, Standing, piece_bytes, pieces_of, ranges
from app.log.attachments.quota import GIB, Quota
from app.log.files.failpoints import VARIABLE
from tests.helpers.contents import KEY, ROOMY, keep, named, picture, pieces, place, read

ROOT = Path(__file__).parents[4]
BODY = picture()
SHA = named(BODY)
CUT = pieces(BODY)


def code(answer: Standing | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_pieces() -> None:
    assert [pieces_of(n) for n in (1, PIECE_BYTES, PIECE_BYTES + 1)] == [1, 1, 2]
    assert [piece_bytes(PIECE_BYTES + 5, n) for n in (-1, 0, 1, 2)] == [0, PIECE_BYTES, 5, 0]
    assert ranges([0, 1, 2, 5, 7, 8]) == ((0, 2), (5, 5), (7, 8))
    assert Standing("", 5 * PIECE_BYTES, ((1, 2),)).lacking() == [0, 3, 4]


def test_pieces_in_any_order_with_repeats_make_the_whole(tmp_path: Path) -> None:
    store = place(tmp_path)
    assert store.begin(SHA, len(BODY)) == Standing(SHA, len(BODY))
    order = [*range(len(CUT)), 2, 0]
    random.Random(3).shuffle(order)
    for index in order:
        store.put(SHA, index, CUT[index])
    again = place(tmp_path)
    assert again.standing(SHA) == Standing(SHA, len(BODY), ((0, len(CUT) - 1),), True)
    assert read(again, SHA) == BODY
    assert again.begin(SHA, len(BODY)) == again.standing(SHA)


def test_half_of_it_is_shown_to_nobody_and_goes_on_later(tmp_path: Path) -> None:
    store = place(tmp_path)
    store.begin(SHA, len(BODY))
    store.put(SHA, 1, CUT[1])
    with pytest.raises(WorldError, match="attachment_absent"):
        store.piece(SHA, 1)
    later = place(tmp_path)
    begun = later.begin(SHA, len(BODY))
    assert isinstance(begun, Standing)
    assert (begun.have, begun.lacking(), begun.whole) == (((1, 1),), [0, 2, 3], False)
    for index in begun.lacking():
        later.put(SHA, index, CUT[index])
    assert read(later, SHA) == BODY


def test_nothing_lies_on_the_disk_in_clear(tmp_path: Path) -> None:
    keep(place(tmp_path), b"%PDF-" + b"\xe5\xbc\xa0" * 20_000)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 1
    assert b"\xe5\xbc\xa0" * 4 not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0
    other = place(tmp_path, key=bytes(32))
    with pytest.raises(WorldError, match="attachment_damaged"):
        other.piece(files[0].name, 0)


def test_another_content_under_its_name_is_thrown_away_whole(tmp_path: Path) -> None:
    store = place(tmp_path)
    store.begin(SHA, len(BODY))
    for index in range(3):
        store.put(SHA, index, CUT[index])
    changed = bytes([CUT[3][0] ^ 1]) + CUT[3][1:]
    assert code(store.put(SHA, 3, changed)) == "attachment_hash_wrong"
    assert store.standing(SHA) is None
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    keep(store, BODY)


REFUSED: list[tuple[str, int, str]] = [
    (SHA, 0, "attachment_empty"),
    (SHA, -1, "attachment_empty"),
    (SHA, 5 * GIB, "attachment_too_big"),
    (SHA, ATTACHMENT_BYTES_MAX + 1, "attachment_too_big"),
    ("", 5, "attachment_hash_form"),
    ("../" * 21 + "k", 5, "attachment_hash_form"),
    (SHA.upper(), 5, "attachment_hash_form"),
    (SHA + "\n", 5, "attachment_hash_form"),
    (SHA[:-1] + "/", 5, "attachment_hash_form"),
]


def test_what_is_never_begun(tmp_path: Path) -> None:
    store = place(tmp_path)
    for sha256, size, rule in REFUSED:
        assert code(store.begin(sha256, size)) == rule
    for sha256, _, _ in REFUSED[4:]:
        assert store.standing(sha256) is None
        assert not store.erase(sha256)
        assert code(store.put(sha256, 0, b"x")) == "attachment_hash_form"
        with pytest.raises(WorldError, match="attachment_absent"):
            store.piece(sha256, 0)
    assert list(tmp_path.rglob("*")) == []


def test_what_is_no_piece(tmp_path: Path) -> None:
    store = place(tmp_path)
    assert code(store.put(SHA, 0, CUT[0])) == "attachment_not_begun"
    store.begin(SHA, len(BODY))
    assert code(store.begin(SHA, len(BODY) + 1)) == "attachment_size_differs"
    assert code(store.put(SHA, len(CUT), b"x")) == "piece_unknown"
    assert code(store.put(SHA, -1, b"x")) == "piece_unknown"
    assert code(store.put(SHA, 0, CUT[0][:-1])) == "piece_length"
    assert code(store.put(SHA, 3, CUT[0])) == "piece_length"
    assert store.standing(SHA) == Standing(SHA, len(BODY))


def test_no_room(tmp_path: Path) -> None:
    full = place(tmp_path / "a", Quota(left_bytes=1 << 60))
    assert code(full.begin(SHA, len(BODY))) == "attachment_no_room"
    busy = place(tmp_path / "b", Quota(left_bytes=0, unfinished_bytes=len(BODY) + 10))
    assert isinstance(busy.begin(SHA, len(BODY)), Standing)
    other = picture(100, seed=2)
    assert code(busy.begin(named(other), 100)) == "attachment_no_room"
    for index, piece in enumerate(CUT):
        busy.put(SHA, index, piece)
    assert keep(busy, other).whole


def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = place(tmp_path)
    store.begin(SHA, len(BODY))
    store.put(SHA, 0, CUT[0])

    def full(_stream: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as broken:
        broken.setattr(content_file, "_to_disk", full)
        with pytest.raises(WorldError, match="disk_full"):
            store.put(SHA, 1, CUT[1])
        with pytest.raises(WorldError, match="disk_full"):
            store.begin("0" * 64, 5)
    assert store.standing("0" * 64) is None
    assert store.standing(SHA) == Standing(SHA, len(BODY), ((0, 0),))
    for index in (1, 2, 3):
        store.put(SHA, index, CUT[index])
    assert read(store, SHA) == BODY


def test_a_piece_the_disk_changed_before_the_proof_comes_again(tmp_path: Path) -> None:
    store = place(tmp_path)
    store.begin(SHA, len(BODY))
    for index in range(3):
        store.put(SHA, index, CUT[index])
    part = tmp_path / "attachments" / "unfinished" / SHA
    raw = bytearray(part.read_bytes())
    raw[4096 + PIECE_BYTES + 28 + 700] ^= 8
    part.write_bytes(raw)
    found = store.put(SHA, 3, CUT[3])
    assert isinstance(found, Standing)
    assert (found.whole, found.lacking()) == (False, [1])
    found = store.put(SHA, 1, CUT[1])
    assert isinstance(found, Standing)
    assert found.whole


def test_erased_is_gone_key_first(tmp_path: Path) -> None:
    store = place(tmp_path)
    keep(store, BODY)
    path = tmp_path / "attachments" / SHA[:2] / SHA
    kept = tmp_path / "linked"
    os.link(path, kept)
    assert store.erase(SHA)
    assert not store.erase(SHA)
    assert store.standing(SHA) is None
    # Whoever saved the blocks of the disk has no salt to make the key from.
    assert kept.read_bytes()[:64] == bytes(64)


def test_what_nobody_wants_goes_and_the_rest_stays(tmp_path: Path) -> None:
    now = [0.0]
    store = place(tmp_path, Quota(left_bytes=0, idle_s=100), wall=lambda: now[0])
    bodies = [picture(50_000, seed=n) for n in range(4)]
    for body in bodies:
        keep(store, body)
    store.begin(SHA, len(BODY))
    now[0] = path_time(tmp_path) + 50
    assert store.sweep(lambda _: False) == []
    now[0] += 100
    gone = store.sweep(lambda sha256: sha256 != named(bodies[0]))
    assert set(gone) == {SHA, named(bodies[0])}
    store.must_go_out(named(bodies[1]))
    # Looked at just now, the last one is the last to go.
    store.piece(named(bodies[2]), 0)
    assert store.shrink(120_000) == [named(bodies[3])]
    assert store.shrink(0, named(bodies[2])) == []
    assert store.shrink(0) == [named(bodies[2])]
    assert [s.sha256 for s in store.each()] == [named(bodies[1])] == store.outgoing()
    store.went_out(named(bodies[1]))
    assert store.shrink(0) == [named(bodies[1])]


def path_time(folder: Path) -> float:
    return max(path.stat().st_mtime for path in folder.rglob("*") if path.is_file())


CHILD = """
import sys
from pathlib import Path
from tests.helpers.contents import keep, picture, place
keep(place(Path(sys.argv[1])), picture())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize(
    ("armed", "kept"),
    [("piece_written:3", 2), ("piece_kept:3", 3), ("content_proved", 4), ("content_named", 4)],
)
def test_killed_it_goes_on(tmp_path: Path, armed: str, kept: int) -> None:
    environ = os.environ | {VARIABLE: armed}
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], cwd=ROOT, env=environ, check=False)
    assert done.returncode < 0
    store = place(tmp_path)
    before = store.standing(SHA)
    assert before is not None
    assert (before.kept, before.whole) == (kept, armed == "content_named")
    begun = store.begin(SHA, len(BODY))
    assert isinstance(begun, Standing)
    for index in begun.lacking():
        store.put(SHA, index, CUT[index])
    assert read(store, SHA) == BODY
    assert place(tmp_path, ROOMY, KEY).standing(SHA) == Standing(SHA, len(BODY), ((0, 3),), True)
