from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from tests.gui.widgets.samples import RESOURCES
from widgets import fonts
from widgets.errors import LookError
from widgets.fonts import load_fonts
from widgets.theme import Theme


def test_the_bundled_family_is_the_one_the_tokens_name(family: str, theme: Theme) -> None:
    assert family == theme.family


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.Bold])
def test_all_of_gb2312_has_glyphs(family: str, weight: QFont.Weight) -> None:
    font = QFont(family)
    font.setWeight(weight)
    metrics = QFontMetrics(font)
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = [text for pair in pairs if len(text := pair.decode("gb2312", "ignore")) == 1]
    assert len(characters) == 6_763
    assert [text for text in characters if not metrics.inFontUcs4(ord(text))] == []


def test_figures_are_tabular(theme: Theme) -> None:
    for bold in (False, True):
        face = theme.face("figure", bold)
        assert len({face.width(figure) for figure in "0123456789"}) == 1


def test_a_folder_without_fonts_is_said(tmp_path: Path, qapp: QApplication) -> None:
    with pytest.raises(LookError, match="font_missing"):
        load_fonts(tmp_path)


def test_a_broken_font_is_said(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "a.ttf").write_bytes(b"no font")
    with pytest.raises(LookError, match="font_unreadable"):
        load_fonts(tmp_path)


def test_a_missing_glyph_is_said(family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The private use area: no font of the trade has a glyph there.
    monkeypatch.setattr(fonts, "PROBES", (0x30, 0xE123))
    with pytest.raises(LookError, match=r"font_glyphs: .* lacks U\+E123$"):
        load_fonts(RESOURCES / "fonts")
