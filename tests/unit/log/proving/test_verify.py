"""Verifying finds every flipped byte and every change from inside, and harms nothing."""

from __future__ import annotations

import random
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection

from app.base.errors import WorldError
from app.base.language import LANGUAGES, load_language
from app.log.chain import link
from app.log.files.database import Access, engine, transaction
from app.log.files.folder import DataFolder
from app.log.files.keys import FileKeys
from app.log.opening import find
from app.log.proving import verify as verify_module
from app.log.proving.proof import PROBLEMS_MAX
from app.log.proving.verify import Report, verify
from app.log.vault import Sealer
from tests.helpers.counting import Counting, counted, counting_store, write

FLIPS = 60


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    with counting_store(folder) as store:
        for number in range(30):
            _, secret = Sealer().seal(f"c{number % 4}", "phone", f"1380000{number:04}", "138****")
            subjects = (f"ext:x:{number}", f"incident:{number % 5}")
            write(store, counted("abc"[number % 3], subjects=subjects, secrets=(secret,)), counted("d"))
    return folder


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "copy"))


def change(folder: Path, *statements: str) -> None:
    """What somebody with the key could do."""

    def run(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    inside(folder, run)


def inside(folder: Path, work: Callable[[Connection], None]) -> None:
    found = find(DataFolder(folder), FileKeys(folder / "muster.key"))
    with engine(folder / "muster.db", found.key, Access.WRITE).connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        with transaction(connection):
            work(connection)


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


def test_a_whole_one_is_whole_and_stays_as_it_is(filled: Path) -> None:
    before = {path.name: path.read_bytes() for path in filled.iterdir() if path.stat().st_size}
    heard: list[tuple[int, int]] = []
    report = verify(filled, Counting, progress=lambda *done: heard.append(done))
    assert (report.whole, report.entries, report.head.gseq, report.folded) == (True, 60, 60, True)
    assert heard == [(60, 60)]
    after = {path.name: path.read_bytes() for path in filled.iterdir()}
    assert {name: after[name] for name in before} == before


def judgement(folder: Path) -> str:
    """The first thing that is wrong with `folder`; empty when nothing is."""
    try:
        problems = verify(folder, Counting).problems
    except WorldError as error:
        return error.key
    return problems[0].code if problems else ""


def test_any_flipped_byte_is_found(copy: Path) -> None:
    path = copy / "muster.db"
    content = path.read_bytes()
    chance = random.Random(20260302)
    # Every kind of place: the salt, the header, and anywhere else.
    places = [
        0,
        15,
        16,
        99,
        4095,
        len(content) - 1,
        *(chance.randrange(len(content)) for _ in range(FLIPS - 6)),
    ]
    missed = []
    for place in places:
        flipped = bytearray(content)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(flipped))
        found = judgement(copy)
        if found not in {"database_foreign", "database_damaged", "page_damaged"}:
            missed.append((place, found))
    assert missed == []
    path.write_bytes(content)
    assert verify(copy, Counting).whole


def test_pages_at_the_end_are_missed_when_they_are_gone(copy: Path) -> None:
    content = (copy / "muster.db").read_bytes()
    (copy / "muster.db").write_bytes(content[:-4096])
    with pytest.raises(WorldError) as refused:
        verify(copy, Counting)
    assert refused.value.key == "database_truncated"


def test_pages_appended_are_found(copy: Path) -> None:
    with (copy / "muster.db").open("ab") as file:
        file.write(b"\0" * 4096)
    assert codes(verify(copy, Counting)) == {"page_damaged"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE entry SET raw = CAST(replace(CAST(raw AS TEXT), 'op-1', 'op-2') AS BLOB) WHERE gseq = 9",
            "hash_wrong",
        ),
        ("UPDATE entry SET hub_time = hub_time + 1 WHERE gseq = 60", "hash_wrong"),
        ("UPDATE entry SET at = at - 1 WHERE gseq = 9", "hash_wrong"),
        ("UPDATE entry SET epoch = 2 WHERE gseq = 60", "hash_wrong"),
        ("UPDATE entry SET hash = 'md5:00' WHERE gseq = 60", "hash_unknown"),
        ("UPDATE entry SET raw = x'7b7d' WHERE gseq = 60", "entry_unreadable"),
        ("UPDATE entry SET kind = 'other' WHERE gseq = 9", "columns_differ"),
        ("UPDATE entry SET oseq = 99 WHERE gseq = 60", "columns_differ"),
        ("UPDATE entry SET eid = 'x' WHERE gseq = 9", "columns_differ"),
        ("DELETE FROM entry WHERE gseq = 9", "number_gap"),
        ("DELETE FROM entry WHERE gseq = 9", "origin_gap"),
        ("DELETE FROM entry WHERE gseq = 60", "projection_behind"),
        ("DELETE FROM subject WHERE gseq = 9", "subjects_differ"),
        ("INSERT INTO subject VALUES('incident:new', 9)", "subjects_differ"),
        (
            "UPDATE subject SET subject = 'incident:new' WHERE subject = 'incident:1' AND gseq = 3",
            "subjects_differ",
        ),
        ("UPDATE unique_subject SET gseq = 2 WHERE subject = 'ext:x:3'", "subjects_differ"),
        ("DELETE FROM unique_subject", "subjects_differ"),
        ("UPDATE vault SET cipher = zeroblob(40) WHERE case_id = 'c1'", "vault_damaged"),
        ("UPDATE vault_key SET wrapped = zeroblob(40) WHERE case_id = 'c1'", "vault_damaged"),
        ("DELETE FROM vault_key WHERE case_id = 'c1'", "vault_damaged"),
        ("UPDATE position SET gseq = 59 WHERE projection = 'total'", "projection_behind"),
        ("UPDATE counter SET count = count + 1 WHERE name = 'a'", "projection_differs"),
        ("DELETE FROM counter WHERE name = 'd'", "projection_differs"),
    ],
)
def test_a_change_from_inside_is_found(copy: Path, statement: str, found: str) -> None:
    change(copy, statement)
    assert found in codes(verify(copy, Counting))


def test_an_entry_forged_with_its_own_hash_breaks_both_chains(copy: Path) -> None:
    def forge(connection: Connection) -> None:
        columns = "e.prev_hash, n.text, e.epoch, e.gseq, e.hub_time, e.at, e.raw"
        query = f"SELECT {columns} FROM entry AS e JOIN name AS n ON n.id = e.stream WHERE gseq = 9"
        prev, stream, epoch, gseq, hub_time, at, raw = connection.exec_driver_sql(query).one()
        raw = raw.replace(b"op-1", b"op-2")
        chained = link("sha256", prev, stream, epoch, gseq, hub_time, at, raw)
        connection.exec_driver_sql("UPDATE entry SET raw = ?, hash = ? WHERE gseq = 9", (raw, chained))

    inside(copy, forge)
    report = verify(copy, Counting)
    assert codes(report) == {"chain_broken", "origin_chain_broken"}
    assert {problem.gseq for problem in report.problems} == {10}


def test_times_that_run_backwards_are_found_even_when_chained(copy: Path) -> None:
    def forge(connection: Connection) -> None:
        columns = "e.prev_hash, n.text, e.epoch, e.gseq, e.hub_time - 5, e.at - 5, e.raw"
        query = f"SELECT {columns} FROM entry AS e JOIN name AS n ON n.id = e.stream WHERE gseq = 60"
        row = connection.exec_driver_sql(query).one()
        chained = link("sha256", *row)
        update = "UPDATE entry SET hub_time = ?, at = ?, hash = ? WHERE gseq = 60"
        connection.exec_driver_sql(update, (row[4], row[5], chained))

    inside(copy, forge)
    assert codes(verify(copy, Counting)) == {"time_backwards"}


def test_a_fold_that_fails_is_a_finding(copy: Path) -> None:
    class Broken(Counting):
        def fold(self, connection: Connection, entries: object, pending: object = ()) -> None:
            raise ArithmeticError

    report = verify(copy, Broken)
    assert [(problem.code, problem.gseq, problem.detail) for problem in report.problems] == [
        ("fold_failed", 1, "ArithmeticError")
    ]
    assert not report.folded


def test_folds_of_another_version_are_not_compared(copy: Path) -> None:
    report = verify(copy, lambda: Counting(version=2))
    assert (report.whole, report.folded) == (True, False)


def test_the_list_of_findings_is_bounded(copy: Path) -> None:
    change(copy, "UPDATE entry SET hash = 'sha256:00'")
    assert len(verify(copy, Counting).problems) == PROBLEMS_MAX


def test_what_it_finds_stands_in_the_catalogue() -> None:
    root = Path(__file__).parents[4]
    sources = [
        (root / "app" / "log" / name).read_text(encoding="utf-8")
        for name in (
            "proving/proof.py",
            "proving/verify.py",
            "attachments/proving.py",
            "postgres/proving.py",
            "postgres/content_proof.py",
        )
    ]
    found = {code for source in sources for code in re.findall(r'\.add\(\s*"([a-z_]+)"', source)}
    for language in LANGUAGES:
        sentences = load_language(language, root / "resources" / "language").sentences
        assert {key.removeprefix("verify.") for key in sentences if key.startswith("verify.")} == found


def test_a_live_one_is_verified_while_it_is_written(tmp_path: Path) -> None:
    with counting_store(tmp_path) as store:
        write(store, *[counted("a") for _ in range(300)])
        stop = threading.Event()

        def go_on() -> None:
            while not stop.is_set():
                write(store, *[counted("b") for _ in range(20)])

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            reports = [verify(tmp_path, Counting) for _ in range(4)]
        finally:
            stop.set()
            thread.join()
        assert all(report.whole and report.folded for report in reports)
        assert reports[0].entries >= 300
        assert store.head().gseq > reports[0].entries


def test_a_page_that_is_met_half_written_again_and_again_is_no_damage(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter([{"page 1", "page 7"}, {"page 1"}, {"page 1", "page 9"}, set()])
    monkeypatch.setattr(verify_module, "_damaged_pages", lambda _connection: next(seen))
    assert verify(copy, Counting).whole
    monkeypatch.setattr(verify_module, "_damaged_pages", lambda _connection: {"page 1"})
    assert codes(verify(copy, Counting)) == {"page_damaged"}


def test_a_copy_without_its_owner_rights_can_be_verified(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a medium that cannot be written: SQLite may make no file beside the database."""
    for path in copy.glob("muster.db-*"):
        path.unlink()
    monkeypatch.setattr("os.access", lambda *_: False)
    before = sorted(path.name for path in copy.iterdir())
    assert verify(copy, Counting).whole
    assert sorted(path.name for path in copy.iterdir()) == before


def test_the_wrong_key_or_none_is_told(copy: Path) -> None:
    FileKeys(copy / "muster.key").create()
    with pytest.raises(WorldError) as refused:
        verify(copy, Counting)
    assert refused.value.key == "key_wrong"
    (copy / "muster.key").unlink()
    with pytest.raises(WorldError) as refused:
        verify(copy, Counting)
    assert refused.value.key == "key_missing"


def test_the_report_travels_as_data(copy: Path) -> None:
    report = verify(copy, Counting)
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
