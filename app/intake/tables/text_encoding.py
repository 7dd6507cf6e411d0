"""Which of the trade's two encodings a file is in: decided by strict decoding of all of it, never guessed."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from app.base.errors import WorldError

Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]
"""Also the names under which Python knows them; `utf-8-sig` begins with a byte order mark."""

CHUNK_BYTES = 1024 * 1024
"""Large enough that decoding, not reading, takes the time; small beside everything else in memory."""

UTF8_PROOF_CHARS = 20
"""So many Chinese characters that are right in UTF-8 do not come about in GB18030: where one breaks off
later, the file is damaged UTF-8, and to read it as GB18030 would take in gibberish."""

_CHINESE = re.compile("[\u4e00-\u9fff]")


class _Trial(NamedTuple):
    """How strict decoding went: the line on which it failed, and the Chinese characters before that."""

    failed_line: int | None
    chinese: int


def decide_encoding(file: BinaryIO, path: Path) -> Encoding:
    """The encoding of all of `file`, which is read once or twice and left at its beginning.

    What is right in both, as ASCII is, counts as `utf-8`. WorldError when it is neither, or is damaged UTF-8;
    `path` only names it.
    """
    file.seek(0)
    marked = file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    utf8 = _trial(file, "utf-8")
    if utf8.failed_line is None:
        file.seek(0)
        return "utf-8-sig" if marked else "utf-8"
    if marked or utf8.chinese >= UTF8_PROOF_CHARS:
        raise WorldError("import_utf8_broken", path=str(path), line=utf8.failed_line)
    gb18030 = _trial(file, "gb18030")
    if gb18030.failed_line is None:
        file.seek(0)
        return "gb18030"
    # The encoding that went further is the more likely one, so its line is the one to look at.
    raise WorldError("import_encoding", path=str(path), line=max(utf8.failed_line, gb18030.failed_line))


def _trial(file: BinaryIO, codec: str) -> _Trial:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    line, chinese = 1, 0
    while True:
        chunk = file.read(CHUNK_BYTES)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(codec)
            return _Trial(line + good.count("\n"), chinese + len(_CHINESE.findall(good)))
        if not chunk:
            return _Trial(None, chinese)
        line += text.count("\n")
        if chinese < UTF8_PROOF_CHARS:
            chinese += len(_CHINESE.findall(text))
