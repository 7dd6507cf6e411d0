"""Loads the bundled type family and proves that Han characters and figures are really in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetrics

from widgets.errors import LookError

# A Han character (ji, to gather), a figure, a letter; an arrow, degrees Celsius and a rare character of
# place names (nian, a dyke), which cut-down fonts lack: were any missing, people would read empty boxes.
PROBES = (0x96C6, 0x30, 0x41, 0x2192, 0x2103, 0x57DD)
WEIGHTS = (QFont.Weight.Normal, QFont.Weight.Bold)


def load_fonts(folder: Path) -> str:
    """Load every font file of `folder` and return the family's name.

    Raises LookError when there is none, one cannot be read, they are of several families, a weight of 400 or
    700 is missing, a probe character has no glyph, or figures are not all of one width.
    """
    files = sorted(file for file in folder.glob("*") if file.suffix in {".ttf", ".otf", ".woff2"})
    if not files:
        raise LookError(folder, "font_missing", "no font file in the folder")
    families: set[str] = set()
    for file in files:
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            raise LookError(file, "font_unreadable", "the font system refuses the file")
        families.update(QFontDatabase.applicationFontFamilies(number))
    if len(families) != 1:
        raise LookError(folder, "font_missing", f"one family is wanted, found: {', '.join(sorted(families))}")
    family = families.pop()
    for weight in WEIGHTS:
        _prove(folder, family, weight)
    return family


def _prove(folder: Path, family: str, weight: QFont.Weight) -> None:
    font = QFont(family)
    font.setPixelSize(64)
    font.setWeight(weight)
    info = QFontInfo(font)
    if info.family() != family or info.weight() != weight.value:
        raise LookError(folder, "font_missing", f"{family} has no weight {weight.value}")
    metrics = QFontMetrics(font)
    if missing := [f"U+{probe:04X}" for probe in PROBES if not metrics.inFontUcs4(probe)]:
        raise LookError(folder, "font_glyphs", f"{family} {weight.value} lacks {' '.join(missing)}")
    if len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) != 1:
        raise LookError(folder, "font_glyphs", f"the figures of {family} {weight.value} differ in width")
