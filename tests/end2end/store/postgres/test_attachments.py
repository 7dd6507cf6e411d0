"""Contents on the server: what one process took another goes on with and serves; never half, never untrue."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.domain.attachment import ATTACHMENT_BYTES_MAX
from app.domain.refusal import Refusal
from app.log.attachments.port import PIECE_BYTES, Standing
from app.log.attachments.quota import Quota
from app.log.files.failpoints import VARIABLE
from app.log.postgres.attachments import PgAttachments
from app.log.postgres.hub import PgHub
from tests.helpers.contents import keep, named, picture, pieces, read
from tests.helpers.pg_hubs import KEY, pair
from tests.helpers.postgres import Cluster

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
BODY = picture()
SHA = named(BODY)
CUT = pieces(BODY)
WEEK_AGO = "UPDATE content SET touched_at = touched_at - 8 * 86400000"


@pytest.fixture
def hubs(tmp_path: Path, url: str) -> Iterator[tuple[PgHub, PgHub]]:
    one, two = pair(tmp_path, url)
    with one, two:
        yield one, two


def code(answer: Standing | Refusal) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_half_through_one_and_half_through_the_other_is_whole_at_both(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = (hub.attachments for hub in hubs)
    assert one.begin(SHA, len(BODY)) == Standing(SHA, len(BODY))
    for index, piece in enumerate(CUT):
        standing = (one, two)[index % 2].put(SHA, index, piece)
    assert standing == Standing(SHA, len(BODY), ((0, len(CUT) - 1),), True)
    assert two.begin(SHA, len(BODY)) == one.standing(SHA) == standing
    assert read(one, SHA) == read(two, SHA) == BODY
    assert list(one.each()) == [standing]
    # A repeat, even a wrong one, changes nothing of what is whole.
    assert two.put(SHA, 0, b"x" * PIECE_BYTES) == standing
    assert read(one, SHA) == BODY


def test_the_same_pieces_through_both_at_once(hubs: tuple[PgHub, PgHub]) -> None:
    said: list[Standing | Refusal] = []

    def bring(hub: PgHub, order: list[int]) -> None:
        hub.attachments.begin(SHA, len(BODY))
        said.extend(hub.attachments.put(SHA, index, CUT[index]) for index in order)

    every = list(range(len(CUT)))
    threads = [
        threading.Thread(target=bring, args=each) for each in zip(hubs, (every, every[::-1]), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 2 * len(CUT)
    assert all(isinstance(one, Standing) for one in said)
    assert read(hubs[0].attachments, SHA) == BODY


def test_half_of_it_is_shown_to_nobody(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = (hub.attachments for hub in hubs)
    one.begin(SHA, len(BODY))
    one.put(SHA, 1, CUT[1])
    found = two.standing(SHA)
    assert found is not None
    assert (found.have, found.lacking(), found.whole) == (((1, 1),), [0, 2, 3], False)
    for store in (one, two):
        with pytest.raises(WorldError, match="attachment_absent"):
            store.piece(SHA, 1)


def test_nothing_lies_on_the_server_in_clear(hubs: tuple[PgHub, PgHub], server: Cluster, url: str) -> None:
    body = b"%PDF-" + b"\xe5\xbc\xa0" * 20_000
    keep(hubs[0].attachments, body)
    with server.connect(url) as there:
        (cipher,) = there.execute("SELECT cipher FROM content_piece").fetchall()
    assert len(cipher[0]) == len(body) + 28
    assert b"\xe5\xbc\xa0" * 4 not in cipher[0]


def test_another_content_under_its_name_is_thrown_away_whole(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = (hub.attachments for hub in hubs)
    one.begin(SHA, len(BODY))
    for index in range(3):
        one.put(SHA, index, CUT[index])
    assert code(two.put(SHA, 3, bytes([CUT[3][0] ^ 1]) + CUT[3][1:])) == "attachment_hash_wrong"
    assert one.standing(SHA) is None
    assert code(one.put(SHA, 0, CUT[0])) == "attachment_not_begun"
    keep(one, BODY)


def test_what_is_never_begun_and_what_is_no_piece(hubs: tuple[PgHub, PgHub]) -> None:
    store = hubs[0].attachments
    refused = {
        (SHA, 0): "attachment_empty",
        (SHA, ATTACHMENT_BYTES_MAX + 1): "attachment_too_big",
        ("x' OR 1=1 --", 5): "attachment_hash_form",
        (SHA.upper(), 5): "attachment_hash_form",
    }
    assert {asked: code(store.begin(*asked)) for asked in refused} == refused
    assert code(store.put("\0", 0, b"x")) == "attachment_hash_form"
    assert code(store.put(SHA, 0, CUT[0])) == "attachment_not_begun"
    store.begin(SHA, len(BODY))
    assert code(store.begin(SHA, len(BODY) + 1)) == "attachment_size_differs"
    assert code(store.put(SHA, len(CUT), b"x")) == "piece_unknown"
    assert code(store.put(SHA, 0, CUT[0][:-1])) == "piece_length"
    assert store.standing(SHA) == Standing(SHA, len(BODY))


def small(hub: PgHub, quota: Quota) -> PgAttachments:
    return PgAttachments(hub._server, hub._there.get, hub._vault_rows.contents_key, hub.fresh, quota)


def test_what_is_under_way_has_a_limit_for_all_processes(hubs: tuple[PgHub, PgHub]) -> None:
    quota = Quota(unfinished_bytes=5_000)
    one, two = (small(hub, quota) for hub in hubs)
    first, second = picture(3_000), picture(2_500, seed=2)
    assert isinstance(one.begin(named(first), len(first)), Standing)
    assert code(two.begin(named(second), len(second))) == "attachment_no_room"
    keep(two, first)
    keep(two, second)


def test_what_nobody_goes_on_with_or_names_is_let_go_of(
    hubs: tuple[PgHub, PgHub], server: Cluster, url: str
) -> None:
    one, two = (hub.attachments for hub in hubs)
    wanted, idle = keep(one, picture(900, seed=3)), keep(two, picture(800, seed=4))
    one.begin(SHA, len(BODY))
    one.put(SHA, 0, CUT[0])
    assert one.sweep(lambda _: False) == []
    with server.connect(url) as there:
        there.execute(WEEK_AGO)
        assert sorted(two.sweep(lambda sha256: sha256 == wanted.sha256)) == sorted([SHA, idle.sha256])
        assert there.execute("SELECT count(*) FROM content_piece").fetchone() == (1,)
    assert one.standing(SHA) is None
    assert read(one, wanted.sha256) == picture(900, seed=3)
    # Somebody has just looked at it.
    assert one.sweep(lambda _: False) == []


def test_what_is_erased_is_gone_everywhere(hubs: tuple[PgHub, PgHub]) -> None:
    one, two = (hub.attachments for hub in hubs)
    keep(one, BODY)
    assert (two.erase(SHA), one.erase(SHA), one.erase("x")) == (True, False, False)
    with pytest.raises(WorldError, match="attachment_absent"):
        one.piece(SHA, 0)
    assert one.standing(SHA) is None


def test_a_piece_the_server_changed_is_found_and_comes_again(
    hubs: tuple[PgHub, PgHub], server: Cluster, url: str
) -> None:
    one, two = (hub.attachments for hub in hubs)
    spoil = (
        "UPDATE content_piece SET cipher = set_byte(cipher, 100, get_byte(cipher, 100) # 1) WHERE piece = 1"
    )
    one.begin(SHA, len(BODY))
    for index in range(3):
        one.put(SHA, index, CUT[index])
    with server.connect(url) as there:
        assert there.execute(spoil).rowcount == 1
        standing = two.put(SHA, 3, CUT[3])
        assert isinstance(standing, Standing)
        assert (standing.lacking(), standing.whole) == ([1], False)
        assert two.put(SHA, 1, CUT[1]) == Standing(SHA, len(BODY), ((0, 3),), True)
        assert there.execute(spoil).rowcount == 1
    with pytest.raises(WorldError, match="attachment_damaged"):
        one.piece(SHA, 1)


def test_all_pieces_of_a_killed_process_are_proved_by_the_next(
    hubs: tuple[PgHub, PgHub], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (hub.attachments for hub in hubs)
    one.begin(SHA, len(BODY))
    # As if it had died behind the last piece.
    monkeypatch.setattr(one, "_finish", lambda found, standing: standing)
    for index, piece in enumerate(CUT):
        standing = one.put(SHA, index, piece)
    assert isinstance(standing, Standing)
    assert (standing.lacking(), standing.whole) == ([], False)
    assert two.begin(SHA, len(BODY)) == Standing(SHA, len(BODY), ((0, 3),), True)


def test_a_connection_that_broke_unseen_costs_nothing(
    hubs: tuple[PgHub, PgHub], server: Cluster, url: str
) -> None:
    store = hubs[0].attachments
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster hub'"
    store.begin(SHA, len(BODY))
    with server.connect(url) as there:
        for index, piece in enumerate(CUT):
            there.execute(ending)
            store.put(SHA, index, piece)
        there.execute(ending)
    assert read(store, SHA) == BODY


def test_a_full_server_says_so(hubs: tuple[PgHub, PgHub], server: Cluster, url: str) -> None:
    store = hubs[0].attachments
    with server.connect(url) as there:
        there.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
        )
        there.execute("CREATE TRIGGER full_disk BEFORE INSERT ON content_piece EXECUTE FUNCTION full_disk()")
        store.begin(SHA, len(BODY))
        with pytest.raises(WorldError, match="hub_database_full"):
            store.put(SHA, 0, CUT[0])
        there.execute("DROP TRIGGER full_disk ON content_piece")
    assert isinstance(store.put(SHA, 0, CUT[0]), Standing)


_CHILD = """
import sys
from pathlib import Path
from tests.helpers.contents import picture, named, pieces
from tests.helpers.pg_hubs import pg_hub
hub = pg_hub(Path(sys.argv[1]), sys.argv[2])
body = picture()
hub.attachments.begin(named(body), len(body))
for index, piece in enumerate(pieces(body)):
    hub.attachments.put(named(body), index, piece)
    print(index, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("point", ["piece_kept:1", "piece_kept:3", "content_proved", "content_named"])
def test_killed_anywhere_what_was_acknowledged_is_there_for_the_other(
    hubs: tuple[PgHub, PgHub], tmp_path: Path, url: str, point: str
) -> None:
    folder = tmp_path / "killed"
    folder.mkdir()
    shutil.copy(tmp_path / "one" / KEY, folder)
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(folder), url],
        cwd=ROOT,
        env=os.environ | {VARIABLE: point},
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    store = hubs[1].attachments
    standing = store.begin(SHA, len(BODY))
    assert isinstance(standing, Standing)
    assert {int(line) for line in child.stdout.split()}.isdisjoint(standing.lacking())
    for index in standing.lacking():
        store.put(SHA, index, CUT[index])
    assert read(hubs[0].attachments, SHA) == BODY
