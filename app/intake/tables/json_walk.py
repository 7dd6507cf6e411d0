"""Every element of the arrays in a JSON file, and where the array stands: a stream, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.base.errors import WorldError
from app.intake.tables.flat import DEPTH_MAX
from app.intake.tables.json_text import JsonText


class Element(NamedTuple):
    """One element. `path` names its array by the keys above it, joined by dots; empty: the file itself."""

    path: str
    line: int
    size: int
    value: Any


def elements(text: JsonText, path: Path) -> Iterator[Element]:
    """Elements of an array, of the arrays in an object (and the objects in it), or objects line by line."""
    first = text.peek()
    if first == "{" and text.more_objects():
        while text.peek():
            yield _one(text, "")
    elif first and first in "{[":
        yield from _member(text, "", path, 0)
        if text.peek():
            raise WorldError("import_json_syntax", path=str(path), line=text.line)
    elif first:
        raise WorldError("import_json_syntax", path=str(path), line=text.line)


def _member(text: JsonText, at: str, path: Path, depth: int) -> Iterator[Element]:
    if depth > DEPTH_MAX:
        raise WorldError("import_deep_file", path=str(path), line=text.line, most=DEPTH_MAX)
    opening = text.peek()
    if opening == "[":
        yield from _array(text, at)
    elif opening == "{":
        yield from _object(text, at, path, depth)
    else:
        text.value()


def _array(text: JsonText, at: str) -> Iterator[Element]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield _one(text, at)
        if text.take(",]") == "]":
            return


def _object(text: JsonText, at: str, path: Path, depth: int) -> Iterator[Element]:
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        if text.peek() != '"':
            raise WorldError("import_json_syntax", path=str(path), line=text.line)
        key, _ = text.value()
        text.take(":")
        yield from _member(text, f"{at}.{key}" if at else str(key), path, depth + 1)
        if text.take(",}") == "}":
            return


def _one(text: JsonText, at: str) -> Element:
    text.peek()
    line = text.line
    value, size = text.value()
    return Element(at, line, size, value)
