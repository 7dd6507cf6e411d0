"""Pictures of windows: each at its own size and once more as a 4K screen shows it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.base.errors import WorldError

LARGE_WIDTH_PX = 3840


def shoot(window: QWidget, folder: Path, name: str) -> list[str]:
    """Write `name.png` and `name-4k.png` into `folder`; a line for each. WorldError when the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorldError("shot_failed", path=str(folder), detail=error.strerror or "") from error
    plain = _picture(window, 1.0)
    large = _picture(window, LARGE_WIDTH_PX / window.width())
    return [_save(plain, folder / f"{name}.png"), _save(large, folder / f"{name}-4k.png")]


def _picture(window: QWidget, ratio: float) -> QImage:
    """The window painted anew at `ratio` pixels to each of its own: as sharp as a screen of that many."""
    image = QImage(window.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    window.render(image)
    return image


def _save(image: QImage, file: Path) -> str:
    if not image.save(str(file)):
        raise WorldError("shot_failed", path=str(file), detail="")
    return f"{file} {image.width()}x{image.height()}"
