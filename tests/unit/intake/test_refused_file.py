"""The refused file appears whole or not at all."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.intake.refused_file import RefusedFile, sentence
from tests.unit.intake.sinks import language


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rows_stand_with_their_reasons(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    with RefusedFile(path, ",", ["id", "what"], language("zh")) as refused:
        refused.add(3, "what", Refusal("import_required", "what"), ["7", "a\r\nb\0", "more"])
        refused.add(9, "", Refusal("guard", "", words=Label("不行", "No")), [])
        assert not path.exists()
    assert read(path) == [
        ["行号", "列", "规则", "原因", "id", "what"],
        ["3", "what", "import_required", "单元格为空，此项必填。", "7", "a\r\nb\0", "more"],
        ["9", "", "guard", "不行"],
    ]
    assert [entry.name for entry in tmp_path.iterdir()] == ["refused.csv"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_what_stood_there_stays_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    path.write_text("before", encoding="utf-8")

    def interrupted() -> None:
        with RefusedFile(path, ",", ["id"], language()) as refused:
            refused.add(2, "id", Refusal("import_required", "id"), [""])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text(encoding="utf-8") == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["refused.csv"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        RefusedFile(tmp_path / "none" / "refused.csv", ",", ["id"], language())
    assert caught.value.key == "import_refused_unwritable"
    (tmp_path / "folder.csv").mkdir()
    with (
        pytest.raises(WorldError) as caught,
        RefusedFile(tmp_path / "folder.csv", ",", ["id"], language()),
    ):
        pass
    assert caught.value.key == "import_refused_unwritable"
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder.csv"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "refused.csv"
    path.write_text("before", encoding="utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorldError) as caught, RefusedFile(path, ",", ["id"], language()):
        pass
    assert caught.value.key == "import_refused_unwritable"
    assert path.read_text(encoding="utf-8") == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["refused.csv"]


def test_a_reason_names_the_sources_column_and_an_unknown_one_its_code() -> None:
    area = Refusal("field_area", "area", {"value": "110101"})
    assert sentence(area, "District", language()) == "District: “110101” is not in the area tree."
    assert "from_a_newer_hall" in sentence(Refusal("from_a_newer_hall"), "", language())
