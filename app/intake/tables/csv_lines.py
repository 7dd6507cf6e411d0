"""The physical lines of a file, numbered and bounded, with the way back that a broken row needs."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from app.base.errors import WorldError
from app.intake.tables.text_encoding import Encoding

ROW_BYTES_MAX = 128 * 1024
"""A row of reports has some hundred bytes. Also csv's own bound for a cell, which so never strikes first."""

GLIMPSE_BYTES = 1_000
"""What is kept of a line that is too long: enough for a person to find it again."""

_SKIP_BYTES = 1024 * 1024


class Line(NamedTuple):
    """One physical line with its end; `number` counts from 1. Not `whole`: too long, cut."""

    number: int
    text: str
    size: int
    whole: bool


class Lines:
    """Reads `file` line by line; lines end at a line feed, which in both encodings is no part of a character.

    WorldError when the disk fails, or when the file no longer decodes, for it did a moment ago.
    """

    def __init__(self, file: BinaryIO, encoding: Encoding, path: Path) -> None:
        self._file = file
        self._path = path
        self._codec = "utf-8" if encoding == "utf-8-sig" else encoding
        self._back: deque[Line] = deque()
        self._number = 0
        self.bytes_done = len(codecs.BOM_UTF8) if encoding == "utf-8-sig" else 0
        file.seek(self.bytes_done)

    def take(self) -> Line | None:
        """The next line, or None at the end."""
        if self._back:
            return self._back.popleft()
        raw = self._read(ROW_BYTES_MAX + 1)
        if not raw:
            return None
        self._number += 1
        if len(raw) > ROW_BYTES_MAX:
            if not raw.endswith(b"\n"):
                self._skip_rest()
            return Line(
                self._number, raw[:GLIMPSE_BYTES].decode(self._codec, "ignore"), len(raw), whole=False
            )
        try:
            return Line(self._number, raw.decode(self._codec), len(raw), whole=True)
        except UnicodeDecodeError:
            raise WorldError("import_changed", path=str(self._path)) from None

    def give_back(self, lines: Sequence[Line]) -> None:
        """Take these again, first one first."""
        self._back.extendleft(reversed(lines))

    def _skip_rest(self) -> None:
        while rest := self._read(_SKIP_BYTES):
            if rest.endswith(b"\n"):
                return

    def _read(self, most: int) -> bytes:
        try:
            raw = self._file.readline(most)
        except OSError:
            raise WorldError("import_unreadable", path=str(self._path)) from None
        self.bytes_done += len(raw)
        return raw
