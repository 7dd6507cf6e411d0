"""An old backup of the database, set going again: what a directory still holds comes back as it was."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from app.base.clock import ManualClock
from app.base.errors import WorldError
from app.domain.sealed import Sealed
from app.log.entries import Draft, Head, Parcel, Secret
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.port import Accepted
from app.log.postgres.hub import PgHub
from app.log.postgres.proving import ServerReport, prove_server
from app.log.postgres.restoring import resume
from app.log.proving.proof import Problem
from app.log.vault import Sealer
from tests.helpers.contents import keep, named, picture
from tests.helpers.counting import NOON, Elsewhere, counted
from tests.helpers.pg_hubs import pair, pg_hub, pushed, written
from tests.helpers.postgres import Cluster

pytestmark = pytest.mark.slow

SOON_S = 10
CLOCK = ManualClock(NOON)


def backup(server: Cluster, url: str) -> str:
    """A copy of the database as it stands; nobody may be connected."""
    return server.make_database(f"TEMPLATE {url.rpartition('/')[2]}")


def proved(folder: Path, url: str, local: Head | None = None) -> ServerReport:
    path = DataFolder(folder).key
    return prove_server(url, FileKeys(path).load(), str(path), local, CLOCK)


class Lived(NamedTuple):
    """A backup of a log that went on after it, the desk that wrote in it, what it wrote last, and the
    reference of a value that the backup lacks."""

    restored: str
    desk: Elsewhere
    last: Parcel
    ref: str


def holding(secret: Secret, sealed: Sealed) -> Draft:
    """A draft whose entry refers to personal data."""
    return replace(counted("e", secrets=(secret,)), body={"name": "e", "by": 1, "phone": sealed})


def lived(folder: Path, url: str, server: Cluster) -> Lived:
    desk = Elsewhere()
    one, two = pair(folder, url)
    with one, two:
        for name in "abc":
            written(one, counted(name))
        pushed(two, desk.name, desk.parcels(2))
        old = one.fresh().result(SOON_S)
    restored = backup(server, url)
    sealed, secret = Sealer().seal("case-1", "phone", "13812345678", "138****5678")
    one, two = pg_hub(folder / "one", url), pg_hub(folder / "two", url)
    with one, two:
        written(two, counted("d"))
        written(one, holding(secret, sealed))
        last = desk.seal(counted("f"))
        pushed(two, desk.name, [last])
        assert one.fresh().result(SOON_S).gseq == old.gseq + 3
    return Lived(restored, desk, last, sealed.ref)


def lines(hub: PgHub) -> list[tuple[int, str, str]]:
    hub.fresh().result(SOON_S)
    return [(n.gseq, n.entry.eid, n.hash) for n in hub.read_after(0, 1_000)]


def test_what_the_directory_holds_comes_back_as_it_was(tmp_path: Path, url: str, server: Cluster) -> None:
    restored, desk, _, ref = lived(tmp_path, url, server)
    with pg_hub(tmp_path / "one", url) as hub:
        before, origin = lines(hub), hub.origin
    with pytest.raises(WorldError, match="hub_database_behind"):
        pg_hub(tmp_path / "one", restored)
    done = resume(tmp_path / "one", restored, CLOCK)
    assert (done.head.epoch, done.head.gseq, done.back, done.lacking) == (2, 8, 3, 1)
    with pg_hub(tmp_path / "one", restored) as one:
        two = pg_hub(tmp_path / "new", restored, key_of=tmp_path / "one")
        with two:
            assert lines(one) == lines(two) == before
            # A new name and a new epoch; the desk goes on where it was.
            (new,) = written(two, counted("a")).entries
            assert (new.gseq, new.epoch, new.entry.oseq) == (9, 2, 1)
            assert new.entry.origin == one.origin != origin
            assert pushed(one, desk.name, [desk.seal(counted("b"))]) == Accepted(4, 10)
            assert one.recovery is not None
            assert [began.first_gseq for began in one.recovery.epochs()] == [1, 9]
            assert one.recovery.missing == (ref,)
            head = two.fresh().result(SOON_S)
    assert proved(tmp_path / "new", restored, head).problems == ()


def test_a_desk_gives_back_the_value_that_was_lost_and_no_other(
    tmp_path: Path, url: str, server: Cluster
) -> None:
    sealer = Sealer()
    sealed, secret = sealer.seal("case-1", "phone", "13812345678", "138****5678")
    with pg_hub(tmp_path / "one", url) as hub:
        written(hub, counted("a"))
    restored = backup(server, url)
    with pg_hub(tmp_path / "one", url) as hub:
        written(hub, holding(secret, sealed))
    assert resume(tmp_path / "one", restored, CLOCK).lacking == 1
    with pg_hub(tmp_path / "one", restored) as hub:
        assert hub.recovery is not None
        forged = type(secret)(secret.ref, "case-1", "phone", "forged", secret.salt)
        assert hub.recovery.give_back([forged]).result(SOON_S) == 0
        assert hub.recovery.give_back([secret, secret]).result(SOON_S) > 0
        assert hub.vault.read(sealed.ref) == "13812345678"
        assert hub.recovery.missing == ()


def test_with_the_key_alone_the_desks_bring_what_they_wrote(
    tmp_path: Path, url: str, server: Cluster
) -> None:
    restored, desk, last, _ = lived(tmp_path, url, server)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "muster.key").write_bytes((tmp_path / "one" / "muster.key").read_bytes())
    done = resume(bare, restored, CLOCK)
    assert (done.head.epoch, done.head.gseq, done.back) == (2, 5, 0)
    with pg_hub(bare, restored) as hub:
        assert hub.pushed(desk.name) == 2
        assert pushed(hub, desk.name, [last]) == Accepted(3, 6)


def test_nobody_may_be_at_work_meanwhile(tmp_path: Path, url: str) -> None:
    with pg_hub(tmp_path / "one", url) as hub:
        written(hub, counted("a"))
        (tmp_path / "bare").mkdir()
        (tmp_path / "bare" / "muster.key").write_bytes((tmp_path / "one" / "muster.key").read_bytes())
        with pytest.raises(WorldError, match="hub_restore_running"):
            resume(tmp_path / "bare", url, CLOCK)
        assert hub.fresh().result(SOON_S).epoch == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE entry SET at = at - 1 WHERE gseq = 2", "hash_wrong"),
        ("DELETE FROM entry WHERE gseq = 2", "number_gap"),
        ("UPDATE entry SET kind = 'other' WHERE gseq = 2", "columns_differ"),
        ("DELETE FROM subject WHERE gseq = 2", "subjects_differ"),
        ("DELETE FROM entry WHERE gseq = 3", "head_row_differs"),
        ("UPDATE vault SET cipher = set_byte(cipher, 0, get_byte(cipher, 0) # 1)", "vault_damaged"),
        ("DELETE FROM content_piece", "attachment_damaged"),
        ("UPDATE content SET salt = set_byte(salt, 0, get_byte(salt, 0) # 1)", "attachment_damaged"),
    ],
)
def test_verifying_finds_what_was_changed_on_the_server(
    tmp_path: Path, url: str, server: Cluster, change: str, code: str
) -> None:
    body = picture(5_000)
    _, secret = Sealer().seal("case-1", "phone", "13812345678", "138****5678")
    with pg_hub(tmp_path / "one", url) as hub:
        for name in "abc":
            written(hub, counted(name, secrets=(secret,) if name == "a" else ()))
        keep(hub.attachments, body)
        assert hub.attachments.begin(named(b"x"), 5)
        head = hub.fresh().result(SOON_S)
        # Beside a hub that runs.
        report = proved(tmp_path / "one", url, head)
    assert (report.problems, report.entries, report.head) == ((), 3, head)
    assert (report.contents.whole, report.contents.unfinished) == (1, 1)
    with server.connect(url) as there:
        assert there.execute(change).rowcount > 0
    found = proved(tmp_path / "one", url, head).problems
    assert code in {problem.code for problem in found}, found


def test_a_server_with_another_history_is_told(tmp_path: Path, url: str, server: Cluster) -> None:
    with pg_hub(tmp_path / "one", url) as hub:
        written(hub, counted("a"))
        head = hub.fresh().result(SOON_S)
    other = Head(head.stream, head.epoch, head.gseq, "sha256:0")
    assert proved(tmp_path / "one", url, other).problems == (Problem("server_differs", 1),)
    with pytest.raises(WorldError, match="hub_database_unfounded"):
        proved(tmp_path / "one", server.make_database())
    with pytest.raises(WorldError, match="hub_key_missing"):
        proved(tmp_path / "nobody", url)
