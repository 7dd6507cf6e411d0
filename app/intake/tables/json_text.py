"""The text of a JSON file, read piece by piece: values of bounded size, each with its line."""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from app.base.errors import WorldError
from app.intake.tables.table import RECORD_CHARS_MAX
from app.intake.tables.text_encoding import Encoding

_CHUNK_BYTES = 256 * 1024
_AHEAD = RECORD_CHARS_MAX + 64
"""What lies before the reader when a value begins: one of the largest allowed, and what follows it."""

_BLANK = re.compile(r"[ \t\r\n]*")


class KeyTwice(dict[str, Any]):
    """An object in which a name stands twice: which of the two is meant nobody can tell."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else KeyTwice(made)


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


# Numbers stay as they are written: a code keeps its zeros, a long one every digit.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_no_number
)


class JsonText:
    """Reads `file`, decoded as `encoding`, from its beginning. WorldError naming the line that is no JSON."""

    def __init__(self, file: BinaryIO, encoding: Encoding, path: Path) -> None:
        self._file = file
        self._path = path
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1
        self.bytes_done = 0
        file.seek(0)

    def peek(self) -> str:
        """The next character that is not blank, empty at the end; the reader stands before it."""
        while True:
            self._fill()
            self._go(_match_end(self._text, self._at))
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""

    def take(self, among: str) -> str:
        """The next character, which must be one of these."""
        found = self.peek()
        if not found or found not in among:
            self._fail(self.line)
        self._go(self._at + 1)
        return found

    def value(self) -> tuple[Any, int]:
        """The whole next value and its characters; numbers as they are written."""
        self.peek()
        try:
            value, end = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            cut = error.msg.startswith("Unterminated") or error.pos > len(self._text) - 64
            if cut and not self._ended:
                self._too_long()
            self._fail(self.line + self._text.count("\n", self._at, error.pos))
        except (ValueError, RecursionError):
            # A word that is no number, or brackets by the thousand.
            self._fail(self.line)
        size = end - self._at
        if size > RECORD_CHARS_MAX:
            self._too_long()
        self._go(end)
        return value, size

    def more_objects(self) -> bool:
        """Whether the object that begins here is followed by another, as in a file of JSON lines."""
        self.peek()
        try:
            _, end = _DECODER.raw_decode(self._text, self._at)
        except (ValueError, RecursionError):
            return False
        return self._text[_match_end(self._text, end) :].startswith("{")

    def _go(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self._at = to

    def _fill(self) -> None:
        if self._ended or len(self._text) - self._at >= _AHEAD:
            return
        parts = [self._text[self._at :]]
        have = len(parts[0])
        while have < 2 * _AHEAD and not self._ended:
            parts.append(self._read())
            have += len(parts[-1])
        self._text, self._at = "".join(parts), 0

    def _read(self) -> str:
        try:
            raw = self._file.read(_CHUNK_BYTES)
            self._ended = not raw
            self.bytes_done += len(raw)
            return self._decoder.decode(raw, final=self._ended)
        except OSError:
            raise WorldError("import_unreadable", path=str(self._path)) from None
        except UnicodeDecodeError:
            raise WorldError("import_changed", path=str(self._path)) from None

    def _fail(self, line: int) -> NoReturn:
        raise WorldError("import_json_syntax", path=str(self._path), line=line)

    def _too_long(self) -> NoReturn:
        raise WorldError("import_json_long", path=str(self._path), line=self.line, most=RECORD_CHARS_MAX)


def _match_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
