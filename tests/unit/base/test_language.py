"""The catalogue: both languages whole, and every error in code with a sentence that its values fill."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.base.language import LANGUAGES, Language, load_language, placeholders

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "resources" / "language"


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    return load_language(str(request.param), FOLDER)


def write(folder: Path, code: str, **files: str) -> None:
    (folder / code).mkdir(parents=True)
    for name, text in files.items():
        (folder / code / f"{name}.toml").write_text(text, encoding="utf-8")


def test_files_are_one_catalogue_with_dotted_keys(tmp_path: Path) -> None:
    write(tmp_path, "zh", one='[board.column]\nstate = "状态"', two='[case]\ntitle = "{code} 详情"')
    zh = load_language("zh", tmp_path)
    assert zh.text("board.column.state") == "状态"
    assert zh.text("case.title", code="A-1") == "A-1 详情"
    assert (zh.has("case.title"), zh.has("case.subtitle")) == (True, False)


def test_a_key_twice_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "zh", one='[a]\nb = "1"', two='[a]\nb = "2"')
    with pytest.raises(ValueError, match=r"two\.toml: a\.b"):
        load_language("zh", tmp_path)


def test_a_missing_key_is_a_bug(tmp_path: Path) -> None:
    write(tmp_path, "zh", one='[a]\nb = "1"')
    with pytest.raises(KeyError):
        load_language("zh", tmp_path).text("a.c")


def test_an_error_becomes_a_line(language: Language) -> None:
    line = language.error(WorldError("folder_in_use", path="/data", pid="42"))
    assert "/data" in line
    assert "42" in line
    assert "\n" not in line


def test_labels_that_come_as_data_are_picked() -> None:
    assert [Language(code, {}).pick("状态", "State") for code in LANGUAGES] == ["状态", "State"]


def test_placeholders_are_found() -> None:
    assert placeholders("{path} at {bytes} of {{literal}}") == {"path", "bytes"}
