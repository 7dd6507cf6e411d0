"""A JSON file as a table: an array of objects, an object that holds one, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from app.base.errors import WorldError
from app.domain.refusal import Refusal
from app.intake.tables.flat import DEPTH_MAX, Header, told
from app.intake.tables.json_text import JsonText, KeyTwice
from app.intake.tables.json_walk import Element, elements
from app.intake.tables.table import COLUMNS_MAX, Note, Record
from app.intake.tables.text_encoding import decide_encoding


class _FaultError(ValueError):
    def __init__(self, rule: str, field: str = "", **params: str) -> None:
        self.refusal = Refusal(f"import_{rule}", field, params)
        super().__init__(rule)


class JsonTable:
    """See Table. The file is walked once when it is opened, so that nothing of a broken one is taken in.

    `wanted` names the array by its keys, joined by dots, or by the last of them; empty: the only one that
    holds objects. Names of nested values are joined by dots; an array within a record is its JSON text.
    """

    delimiter = ","
    time_formats: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def __init__(self, file: BinaryIO, path: Path, wanted: str) -> None:
        self._encoding = decide_encoding(file, path)
        self._file, self._path = file, path
        self.form = f"json {self._encoding}"
        self.total = file.seek(0, 2)
        headers = self._look_through()
        self._at = _chosen(headers, wanted, path)
        self._header = headers[self._at]
        self.header = self._header.names
        self._text: JsonText | None = None

    @property
    def done(self) -> int:
        return self._text.bytes_done if self._text is not None else 0

    @property
    def chosen(self) -> str:
        """Where the records stand: what a mapping's `records` would say."""
        return self._at

    def records(self) -> Iterator[Record]:
        self._text = JsonText(self._file, self._encoding, self._path)
        for element in elements(self._text, self._path):
            if element.path == self._at:
                yield self._record(element)

    def _record(self, element: Element) -> Record:
        try:
            values = _flat(element.value)
        except _FaultError as error:
            return Record(element.line, [], element.size, error.refusal)
        return Record(element.line, self._header.cells(values), element.size)

    def _look_through(self) -> dict[str, Header]:
        """The columns of every array that holds an object."""
        headers: dict[str, Header] = {}
        empty = True
        for element in elements(JsonText(self._file, self._encoding, self._path), self._path):
            empty = False
            if not isinstance(element.value, dict):
                continue
            if element.path not in headers:
                if len(headers) == COLUMNS_MAX:
                    raise WorldError("import_columns_many", path=str(self._path), most=COLUMNS_MAX)
                headers[element.path] = Header(self._path)
            try:
                headers[element.path].see(_flat(element.value))
            except _FaultError:
                continue  # its record says so when its turn comes
        if not headers:
            raise WorldError("import_empty" if empty else "import_json_none", path=str(self._path))
        return headers


def _chosen(headers: Mapping[str, Header], wanted: str, path: Path) -> str:
    named = [at for at in headers if not wanted or at == wanted or at.endswith(f".{wanted}")]
    if wanted and not named:
        raise WorldError("import_records_missing", path=str(path), records=wanted, found=told(list(headers)))
    if len(named) > 1:
        raise WorldError("import_records_which", path=str(path), found=told(named))
    return named[0]


def _flat(value: Any) -> dict[str, str]:
    """The values of an object by name; _FaultError when it is none, or nobody can tell what it says."""
    if not isinstance(value, dict):
        raise _FaultError("not_object")
    found: dict[str, str] = {}
    _flatten(value, "", found, 1)
    try:
        "".join(found.values()).encode()
    except UnicodeEncodeError:
        # Half of a pair of \u escapes: no character, and nothing that could be stored.
        raise _FaultError("half_character") from None
    return found


def _flatten(value: Mapping[str, Any], above: str, found: dict[str, str], depth: int) -> None:
    if isinstance(value, KeyTwice):
        raise _FaultError("key_twice", above)
    if depth > DEPTH_MAX:
        raise _FaultError("deep", above, most=str(DEPTH_MAX))
    for key, inner in value.items():
        name = f"{above}.{key}" if above else key
        if isinstance(inner, dict):
            _flatten(inner, name, found, depth + 1)
        elif name in found:
            # A name that has a dot of its own, beside an object that comes out the same.
            raise _FaultError("key_twice", name)
        else:
            found[name] = _text(inner)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
