"""Writes docs/entries.md and kinds.json from the kinds themselves: `python -m tests.golden.entries_doc`."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.domain.kinds import KINDS, Kind

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "entries.md"
SHAPES = Path(__file__).parent / "kinds.json"

HEAD = """\
# Kinds of entries

Generated from `app/domain/kinds.py` by `python -m tests.golden.entries_doc`; a test holds the two together.
Every fact in the log is an entry of one of these kinds. The envelope around the body (origin, numbers,
chains, subjects, times) stands in `app/log/entries.py`. Bodies hold codes and values, never sentences;
instants are ms since 1970 UTC. A body that changes its shape takes a new version, and `app/log/upcast.py`
lifts the old one.
"""


def fingerprints() -> dict[str, str]:
    """Kind and version to a hash of everything its body may hold: names, types, what is required,
    defaults."""
    return {f"{kind.name}/{kind.version}": fingerprint(kind) for kind in KINDS}


def fingerprint(kind: Kind) -> str:
    """A hash of the shape of one kind's body."""
    schema = msgspec.json.schema(kind.body)
    _drop_words(schema)
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()


def _drop_words(node: object) -> None:
    """Descriptions may be said better without the shape changing."""
    if isinstance(node, dict):
        if isinstance(node.get("description"), str):
            del node["description"]
        for value in node.values():
            _drop_words(value)
    elif isinstance(node, list):
        for value in node:
            _drop_words(value)


def document() -> str:
    """The whole page."""
    parts = [HEAD, *(_kind(kind) for kind in KINDS), "# Parts of bodies\n"]
    parts += [_struct(part, f"## {part.__name__}") for part in _parts()]
    return "\n".join(parts)


def _kind(kind: Kind) -> str:
    return _struct(kind.body, f"## `{kind.name}` version {kind.version}")


def _struct(struct: type[msgspec.Struct], title: str) -> str:
    doc = inspect.cleandoc(struct.__doc__ or "")
    rows = [
        f"| `{field.encode_name}` | {_type(field.type)} | {_default(field)} |"
        for field in msgspec.structs.fields(struct)
    ]
    table = ["| field | type | when absent |", "| --- | --- | --- |", *rows] if rows else []
    return "\n".join([title, "", doc, "", *table, ""])


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default is not msgspec.NODEFAULT:
        value = msgspec.to_builtins(field.default)
    else:
        value = msgspec.to_builtins(typing.cast("Any", field.default_factory)())
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(hint: Any) -> str:
    """A type in words a reader of JSON knows."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return ", ".join(f"`{json.dumps(value)}`" for value in args)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type(arg) for arg in args)
    if origin is tuple:
        return f"list of {_type(args[0])}"
    if origin is dict or (origin is not None and hasattr(origin, "keys")):
        return f"object of {_type(args[1])}"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", type(None): "null"}
    return names.get(hint, "anything")


def _parts() -> list[type[msgspec.Struct]]:
    """Every struct that stands inside a body, by name."""
    bodies = {kind.body for kind in KINDS}
    found: set[type[msgspec.Struct]] = set()
    waiting: list[Any] = [*bodies]
    while waiting:
        for struct in _structs_in(waiting.pop()):
            if struct not in found:
                found.add(struct)
                waiting.append(struct)
    return sorted(found - bodies, key=lambda struct: struct.__name__)


def _structs_in(struct: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    waiting: list[Any] = [field.type for field in msgspec.structs.fields(struct)]
    while waiting:
        hint = waiting.pop()
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            yield hint
        waiting += typing.get_args(hint)


def main() -> None:
    """Write both files. A shape that changed under an old version stays as recorded, unless `--thaw` says
    that no log of that version ever left the house."""
    DOC.parent.mkdir(exist_ok=True)
    DOC.write_text(document(), encoding="utf-8")
    recorded = json.loads(SHAPES.read_text(encoding="utf-8")) if SHAPES.exists() else {}
    merged = fingerprints() if "--thaw" in sys.argv else {**fingerprints(), **recorded}
    SHAPES.write_text(json.dumps(merged, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
