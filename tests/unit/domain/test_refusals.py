"""Refusals speak: every code has a sentence in both languages that asks for no more than the refusal
gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.language import LANGUAGES, load_language, placeholders

ROOT = Path(__file__).parents[3]
ROOMS = ("app/domain", "app/commands")


def refusals() -> Iterator[tuple[str, str, frozenset[str]]]:
    """(place, code, names of the values given) of each refusal the code makes."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                    yield f"{path.name}:{node.lineno}", *_said(node)


def _said(call: ast.Call) -> tuple[str, frozenset[str]]:
    code = call.args[0]
    assert isinstance(code, ast.Constant), ast.dump(call)
    params = [*call.args[2:3], *(k.value for k in call.keywords if k.arg == "params")]
    keys = {
        key.value
        for p in params
        if isinstance(p, ast.Dict)
        for key in p.keys
        if isinstance(key, ast.Constant)
    }
    return str(code.value), frozenset(map(str, keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_sentence(language: str) -> None:
    sentences = load_language(language, ROOT / "resources" / "language").sentences
    found = list(refusals())
    assert len(found) > 40
    lacking = [
        f"{where} {code}"
        for where, code, given in found
        if f"refusal.{code}" not in sentences
        or not placeholders(sentences[f"refusal.{code}"]) <= given | {"field"}
    ]
    assert lacking == []
