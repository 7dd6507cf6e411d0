from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui.widgets.samples import RESOURCES
from widgets.errors import LookError
from widgets.tokens import read_tokens

FILE = RESOURCES / "styles" / "tokens.toml"


def broken(tmp_path: Path, old: str, new: str) -> LookError:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "tokens.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LookError) as caught:
        read_tokens(file)
    assert caught.value.path == file
    return caught.value


def test_palettes_are_completed_by_their_base() -> None:
    palettes = read_tokens(FILE).palettes
    assert palettes["dark_bar"]["text1"] == palettes["dark"]["text1"]
    assert palettes["dark_bar"]["surface2"] != palettes["dark"]["surface2"]
    assert {frozenset(palette) for palette in palettes.values()} == {frozenset(palettes["dark"])}


@pytest.mark.parametrize(
    ("old", "new", "fault", "said"),
    [
        ("steps = [2, 4", "steps = [4, 2", "tokens_wrong", "steps"),
        ('overdue = "triangle"', 'overdue = "star"', "tokens_wrong", "shapes.overdue"),
        ('surface1 = "#0a0e13"', 'surface1 = "black"', "tokens_wrong", "palettes.dark.surface1"),
        ('on_accent = "#ffffff"\n', "", "tokens_wrong", "on_accent is missing"),
        ('palette = "dark", scale = "wall"', 'palette = "night", scale = "wall"', "tokens_wrong", "night"),
        ("tiny = 12, note = 13", "note = 13, tiny = 12", "tokens_wrong", "scales.desk.text"),
        ("[large]", "[large]\nglow = 1", "tokens_unreadable", "glow"),
        ("[large]", "[large", "tokens_unreadable", ""),
    ],
)
def test_a_wrong_file_says_what_is_wrong(tmp_path: Path, old: str, new: str, fault: str, said: str) -> None:
    error = broken(tmp_path, old, new)
    assert error.fault == fault
    assert said in error.detail


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LookError, match="tokens_unreadable"):
        read_tokens(tmp_path / "tokens.toml")
