"""Where the program's own files lie, in a checkout and in a bundle."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.base import paths


def test_a_checkout_has_its_files_beside_app() -> None:
    assert (paths.program_folder() / "app" / "base" / "paths.py").is_file()
    assert (paths.config() / "rules").is_dir()
    assert (paths.languages() / "zh").is_dir()


def test_a_bundle_has_them_where_it_was_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.languages() == tmp_path / "resources" / "language"
    assert paths.config() == tmp_path / "config"


def test_data_is_this_users_own() -> None:
    data = paths.user_data()
    assert data.is_absolute()
    assert "muster" in data.parts
    assert paths.own_config(data) == data / "config"


def test_what_is_closed_to_us_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.is_there(tmp_path)
    assert not paths.is_there(tmp_path / "nothing")

    def closed(path: Path, **_: object) -> bool:
        raise PermissionError(13, "closed")

    monkeypatch.setattr(Path, "exists", closed)
    assert paths.is_there(tmp_path / "nothing")
