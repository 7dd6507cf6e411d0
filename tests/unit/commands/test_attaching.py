"""Attaching a file to a case: what it is, whose it is, once, and its name without what is personal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.commands.attaching import attach, cases_naming, erase_contents, keep_file, shown_name
from app.commands.command import AlreadyDone, Content, Done
from app.domain.attachment import ATTACHMENTS_PER_CASE_MAX, AttachmentAdded, attachment_subject
from app.domain.refusal import Refusal
from app.log.attachments.port import PIECE_BYTES
from tests.helpers.contents import keep, named, picture, place, read
from tests.helpers.halls import TestHall, actor, hall

BODY = picture(PIECE_BYTES + 700)
PHOTO = Content(named(BODY), "现场.jpg", "image/jpeg", len(BODY))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as found:
        yield found


def code(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.code


def test_a_file_is_kept_whole_and_marked_for_the_hub(tmp_path: Path) -> None:
    store = place(tmp_path)
    path = tmp_path / "现场 13812345678.JPG"
    path.write_bytes(BODY)
    content = keep_file(store, path)
    assert content == Content(named(BODY), "现场 138****5678.JPG", "image/jpeg", len(BODY))
    assert read(store, named(BODY)) == BODY
    assert store.outgoing() == [named(BODY)]
    assert keep_file(store, path) == content


def test_files_that_are_not_attached(tmp_path: Path) -> None:
    store = place(tmp_path)
    for name, body, rule in (
        ("empty.jpg", b"", "attachment_empty"),
        ("virus.exe", b"MZ" + bytes(50), "attachment_kind"),
        ("photo.jpg", b"MZ" + bytes(50), "attachment_kind"),
        ("photo", BODY[:50], "attachment_kind"),
        ("photo.png", BODY[:50], "attachment_ending"),
        ("photo.pdf", BODY[:50], "attachment_ending"),
    ):
        (tmp_path / name).write_bytes(body)
        assert code(keep_file(store, tmp_path / name)) == rule, name
    with (tmp_path / "long.mp4").open("wb") as sparse:
        sparse.write(b"\0\0\0\x20ftypisom")
        sparse.truncate(5 * 1024**3)
    assert code(keep_file(store, tmp_path / "long.mp4")) == "attachment_too_big"
    with pytest.raises(WorldError, match="attachment_unreadable"):
        keep_file(store, tmp_path / "absent.jpg")
    assert list(store.each()) == []


def test_names_hide_nothing_and_lead_nowhere() -> None:
    assert shown_name("../../etc/passwd") == "passwd"
    assert shown_name("C:\\Users\\x\\a.jpg") == "a.jpg"
    assert shown_name("a\x00b\n.jpg") == "ab.jpg"
    assert shown_name("exe.\u202egpj.jpg") == "exe.gpj.jpg"
    assert shown_name("  ..  ") == "_"
    assert shown_name("5栋2单元301室.jpg") == "5栋***.jpg"
    assert len(shown_name("长" * 300 + ".jpeg")) == 120
    assert shown_name("长" * 300 + ".jpeg").endswith(".jpeg")


def test_attached_once_durable_and_before_its_content_came(made: TestHall) -> None:
    case = made.register()
    desk = made.commander.desk
    done = attach(desk, case.id, PHOTO, actor("dispatcher"))
    assert isinstance(done, Done)
    (found,) = made.case(case.id).attachments
    assert (found.sha256, found.name, found.size, found.order) == (PHOTO.sha256, "现场.jpg", PHOTO.bytes, "")
    assert found.eid == done.entries[0].entry.eid
    again = attach(desk, case.id, PHOTO, actor("dispatcher"))
    assert again == AlreadyDone(case.id, done.entries[0].gseq)
    keyed = attach(desk, case.id, Content("0" * 64, "b.jpg", "image/jpeg", 9), actor("dispatcher"), key="k")
    assert isinstance(keyed, Done)
    other = Content("1" * 64, "c.jpg", "image/jpeg", 9)
    assert attach(desk, case.id, other, actor("dispatcher"), key="k") == AlreadyDone(
        case.id, keyed.entries[0].gseq
    )
    history = made.store.history(attachment_subject(PHOTO.sha256))
    assert [n.entry.eid for n in history] == [found.eid]
    assert cases_naming(history, PHOTO.sha256) == {
        case.id: AttachmentAdded(case.id, PHOTO.sha256, "现场.jpg", "image/jpeg", PHOTO.bytes)
    }
    assert cases_naming(history, "0" * 64) == {}


def test_who_may_attach_to_what(made: TestHall) -> None:
    case = made.dispatched("CG")
    desk, (order,) = made.commander.desk, (o.code for o in case.orders)
    assert code(attach(desk, "nope", PHOTO, actor("dispatcher"))) == "no_incident"
    assert code(attach(desk, case.id, PHOTO, actor("admin"))) == "role_may_not"
    assert code(attach(desk, case.id, PHOTO, actor("auditor"))) == "role_may_not"
    assert code(attach(desk, case.id, PHOTO, actor("handler", "GA"))) == "other_units_order"
    assert code(attach(desk, case.id, PHOTO, actor("handler", "GA"), order=order)) == "other_units_order"
    assert code(attach(desk, case.id, PHOTO, actor("handler", "CG"), order="nope")) == "field_order"
    assert isinstance(attach(desk, case.id, PHOTO, actor("handler", "CG"), order=order), Done)
    assert isinstance(attach(desk, case.id, PHOTO, actor("handler", "CG")), Done)
    near = Content("2" * 64, "d.jpg", "image/jpeg", 9)
    assert isinstance(attach(desk, case.id, near, actor("grid_worker", "JD@990101001")), Done)
    assert [a.order for a in made.case(case.id).attachments] == [order, "", ""]


WRONG = [
    (Content("../key", "a.jpg", "image/jpeg", 9), "attachment_hash_form"),
    (Content("0" * 64, "a.jpg", "image/jpeg", 0), "attachment_empty"),
    (Content("0" * 64, "a.jpg", "image/jpeg", 5 * 1024**3), "attachment_too_big"),
    (Content("0" * 64, "a.jpg", "image/png", 9), "attachment_ending"),
    (Content("0" * 64, "a.sh", "text/plain", 9), "attachment_kind"),
]


def test_what_is_no_attachment(made: TestHall) -> None:
    case = made.register()
    head = made.store.head()
    for content, rule in WRONG:
        assert code(attach(made.commander.desk, case.id, content, actor("dispatcher"))) == rule
    assert made.store.head() == head


def test_a_case_takes_so_many(made: TestHall) -> None:
    case, desk = made.register(), made.commander.desk
    for number in range(ATTACHMENTS_PER_CASE_MAX):
        content = Content(f"{number:064x}", "a.jpg", "image/jpeg", 9)
        assert isinstance(attach(desk, case.id, content, actor("dispatcher")), Done)
    assert code(attach(desk, case.id, PHOTO, actor("dispatcher"))) == "attachments_many"


def test_a_report_brings_what_came_before_it_in_the_same_append(made: TestHall) -> None:
    case = made.register(attachments=(PHOTO,))
    assert [a.sha256 for a in case.attachments] == [PHOTO.sha256]
    first, second = made.store.history(f"incident:{case.id}")
    assert second.entry.cause == first.entry.eid
    assert second.gseq == first.gseq + 1


def test_erasing_spares_what_another_case_names(made: TestHall) -> None:
    one, other, desk, store = made.register(), made.register(), made.commander.desk, made.store.attachments
    mine = keep(store, BODY)
    shared = keep(store, picture(600, seed=9))
    for case, standing in ((one, mine), (one, shared), (other, shared)):
        content = Content(standing.sha256, "a.jpg", "image/jpeg", standing.bytes)
        assert isinstance(attach(desk, case.id, content, actor("dispatcher")), Done)
    assert erase_contents(desk, store, one.id) == [mine.sha256]
    assert store.standing(mine.sha256) is None
    assert store.standing(shared.sha256) == shared
