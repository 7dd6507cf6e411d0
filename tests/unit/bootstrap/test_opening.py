"""Opening a hall: founding a new one, taking up one that stands, and nothing half-made in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base import paths
from app.base.clock import ManualClock, SystemClock
from app.base.errors import WorldError
from app.base.language import load_language
from app.bootstrap import new_hall, opening
from app.bootstrap.new_hall import NewHall, files_of_rules, read_hall_file, real_hall
from app.bootstrap.opening import OpenHall, open_hall
from app.commands.command import Done, NewReport
from app.domain.actor import Actor
from app.domain.area import AreasAdopted
from app.domain.hall import HallFounded, OperatorGranted
from app.domain.label import Label
from app.domain.rules_digest import rules_digest
from tests.helpers.halls import AREAS, MONDAY_9, shipped_rules

ENGLISH = load_language("en", paths.languages())


def opened(folder: Path) -> OpenHall:
    return open_hall(folder, SystemClock(), language=ENGLISH)


def test_a_new_hall_has_name_rules_area_and_posts(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as hall:
        read = hall.reading.hall
        assert read.founded == HallFounded(read_hall_file(tmp_path).label, "990101", "")
        assert read.book is not None
        assert rules_digest(read.book.rules) == rules_digest(shipped_rules())
        assert [area.code for area in read.areas.all()] == ["990101"]
        roles = {role.id for role in shipped_rules().workflow.roles if role.side != "system"}
        assert {role for grant in read.operators.values() for role in grant.roles} == roles
        assert hall.store.mark == ""


def test_its_posts_can_take_a_report_from_the_desk(tmp_path: Path) -> None:
    with opened(tmp_path) as hall:
        post = hall.reading.hall.operators["op-intake"]
        by = Actor(post.operator, post.roles[0], post.unit)
        outcome = hall.commander.register(NewReport(channel="phone", what="路灯不亮"), by)
        assert isinstance(outcome, Done)
        assert hall.reading.case(outcome.incident) is not None
        assert outcome.code.split("-")[3].startswith("A1")


def test_it_opens_again_without_a_second_founding(tmp_path: Path) -> None:
    with opened(tmp_path) as hall:
        head = hall.store.head()
    with opened(tmp_path) as again:
        assert again.store.head() == head
        assert again.reading.hall.founded is not None


def test_its_own_files_take_the_shipped_ones_places(tmp_path: Path) -> None:
    own = paths.own_config(tmp_path)
    (own / "rules").mkdir(parents=True)
    sla = (paths.config() / "rules" / "sla.toml").read_text(encoding="utf-8")
    (own / "rules" / "sla.toml").write_text(sla.replace("share = 0.25", "share = 0.4"), encoding="utf-8")
    (own / "hall.toml").write_text(
        'district = "990102"\ndesk = "B7"\n[label]\nzh = "乙区"\nen = "District B"\n', encoding="utf-8"
    )
    with opened(tmp_path) as hall:
        read = hall.reading.hall
        assert read.founded is not None
        assert (read.founded.label, read.founded.district) == (Label("乙区", "District B"), "990102")
        assert read.book is not None
        assert read.book.rules.sla.light.share == 0.4
        assert hall.commander.desk.letters == "B7"


def test_files_changed_later_are_not_adopted_silently(tmp_path: Path) -> None:
    with opened(tmp_path) as hall:
        head = hall.store.head()
    rules = paths.own_config(tmp_path) / "rules"
    rules.mkdir(parents=True)
    sla = (paths.config() / "rules" / "sla.toml").read_text(encoding="utf-8")
    (rules / "sla.toml").write_text(sla.replace("share = 0.25", "share = 0.4"), encoding="utf-8")
    with opened(tmp_path) as again:
        assert again.store.head() == head
        book = again.reading.hall.book
        assert book is not None
        assert book.rules.sla.light.share == 0.25


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("district = ", "hall_file_broken"),
        ('district = "990101"\ndesk = "A1"\n', "hall_file_broken"),
        (
            'district = "990101"\ndesk = "A1"\nmore = 1\n[label]\nzh = "区"\nen = "D"\n',
            "hall_file_broken",
        ),
        ('district = "99"\ndesk = "A1"\n[label]\nzh = "区"\nen = "D"\n', "hall_file_value"),
        ('district = "990101"\ndesk = "a1"\n[label]\nzh = "区"\nen = "D"\n', "hall_file_value"),
        ('district = "990101"\ndesk = "A1"\n[label]\nzh = "区"\nen = " "\n', "hall_file_value"),
        ("#" * (new_hall.HALL_FILE_BYTES_MAX + 1), "hall_file_too_big"),
    ],
)
def test_a_faulty_hall_file_is_one_line_and_makes_nothing(tmp_path: Path, text: str, key: str) -> None:
    own = paths.own_config(tmp_path)
    own.mkdir()
    (own / "hall.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WorldError) as refused:
        opened(tmp_path)
    assert refused.value.key == key
    assert str(own / "hall.toml") in ENGLISH.error(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["config"]


def test_faulty_rules_are_told_with_their_first_fault_and_make_nothing(tmp_path: Path) -> None:
    rules = paths.own_config(tmp_path) / "rules"
    rules.mkdir(parents=True)
    (rules / "lists.toml").write_text("[nonsense\n", encoding="utf-8")
    with pytest.raises(WorldError) as refused:
        opened(tmp_path)
    assert refused.value.key == "rules_faulty"
    assert "lists.toml:1" in ENGLISH.error(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["config"]
    assert files_of_rules(tmp_path).rules is None
    assert files_of_rules(None).rules is not None


def test_a_founding_cut_off_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(opening, "found", cut_off)
        with pytest.raises(KeyboardInterrupt):
            opened(tmp_path)
    with opened(tmp_path) as hall:
        assert hall.reading.hall.founded is not None


def test_a_founder_of_its_own_founds_a_marked_hall(tmp_path: Path) -> None:
    def founder() -> NewHall:
        return NewHall(
            HallFounded(Label("演示区", "Demo"), "990101"),
            shipped_rules(),
            AreasAdopted("test", AREAS),
            (OperatorGranted("op-1", Label("一号", "One"), ("intake",), "ZZZX"),),
        )

    clock = ManualClock(MONDAY_9)
    with open_hall(tmp_path, clock, language=ENGLISH, mark="demo", founder=founder) as hall:
        assert hall.reading.hall.founded is not None
        assert hall.reading.hall.founded.mark == hall.store.mark == "demo"
        assert list(hall.reading.hall.operators) == ["op-1"]


def test_the_board_is_filled_when_it_is_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path) as hall:
        by = Actor("op-intake", "intake")
        for _ in range(3):
            assert isinstance(hall.commander.register(NewReport(channel="phone", what="灯"), by), Done)
    with opened(tmp_path) as again:
        assert len(again.reading.columns) == 0
        again.load_board()
        assert len(again.reading.columns) == 3


def test_a_directory_that_vanished_under_a_name_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with opened(data):
        pass
    (data / "muster.db").unlink()
    with pytest.raises(WorldError) as refused:
        opened(data)
    assert refused.value.key == "database_missing"
    shutil.rmtree(data)
    data.write_text("a file")
    with pytest.raises(WorldError) as refused:
        opened(data)
    assert refused.value.key == "folder_is_a_file"


def test_a_real_hall_is_made_of_files_alone(tmp_path: Path) -> None:
    new = real_hall(tmp_path, ENGLISH)
    names = [grant.operator for grant in new.operators]
    assert len(set(names)) == len(names)
    assert {"op-shift_lead", "op-handler-cg"} <= set(names)
    assert all(grant.post.zh and grant.post.en for grant in new.operators)
