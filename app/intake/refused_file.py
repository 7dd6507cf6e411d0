"""Refused rows written out with their reasons: a file to mend and to import again."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from app.base.errors import WorldError
from app.base.language import Language, placeholders
from app.domain.refusal import Refusal


def sentence(refusal: Refusal, field: str, language: Language) -> str:
    """The reason in words; `field` is the source's own name of the column.

    A refusal that the catalogue does not know must not end an import half-way: its code stands for it.
    """
    if refusal.words is not None:
        return language.pick(refusal.words.zh, refusal.words.en)
    key = f"refusal.{refusal.code}"
    if not language.has(key):
        return language.text("refusal.import_unknown", code=refusal.code)
    values = {**refusal.params, "field": field}
    return language.text(
        key, **{name: values.get(name, "") for name in placeholders(language.sentences[key])}
    )


class RefusedFile:
    """Written to `path` whole when left without an error; otherwise what stood there before still stands.

    Each row: line number, field, rule and reason, then the source's own cells under its own header, so that a
    mapping that fits the source fits this file too. UTF-8 with a byte order mark, as table programs want it.
    Only this user may read the file: its rows may hold personal data. WorldError when it cannot be written.
    """

    def __init__(self, path: Path, delimiter: str, header: Sequence[str], language: Language) -> None:
        self._path = path
        self._language = language
        try:
            file, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        except OSError:
            raise self._unwritable() from None
        self._part = Path(name)
        self._file: IO[str] = os.fdopen(file, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)
        words = [language.text(f"intake.refused.{column}") for column in ("line", "field", "rule", "reason")]
        try:
            self._write([*words, *header])
        except WorldError as error:
            self.__exit__(type(error), error, None)
            raise

    def __enter__(self) -> RefusedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            with self._file:
                if kind is None:
                    self._file.flush()
                    os.fsync(self._file.fileno())
            if kind is None:
                self._part.replace(self._path)
        except OSError:
            if kind is None:
                raise self._unwritable() from None
        finally:
            self._part.unlink(missing_ok=True)

    def add(self, line: int, field: str, refusal: Refusal, cells: Sequence[str]) -> None:
        """One refused row; `field` as the source calls it."""
        self._write([str(line), field, refusal.code, sentence(refusal, field, self._language), *cells])

    def _write(self, cells: Sequence[str]) -> None:
        try:
            self._writer.writerow(cells)
        except OSError:
            raise self._unwritable() from None

    def _unwritable(self) -> WorldError:
        return WorldError("import_refused_unwritable", path=str(self._path))
