"""Every refusal of the code has its sentence in both languages, and gives it what it asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from app.base.language import LANGUAGES, load_language, placeholders
from tests.rules.tree import ROOT, called, parse, place, sources

FOLDER = ROOT / "resources" / "language"


class Said(NamedTuple):
    """One `Refusal("code", field, params)` of the code; `params` is None when they are not written out."""

    where: str
    code: str
    field: bool
    params: frozenset[str] | None


def refusals(root: Path) -> Iterator[Said]:
    """Every refusal whose code is written out."""
    for path in sources(root, "app"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Call) and called(node) == "Refusal" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield Said(place(root, path, node.lineno), code.value, _has_field(node), _params(node))


def _has_field(call: ast.Call) -> bool:
    given = call.args[1] if len(call.args) > 1 else _keyword(call, "field")
    return given is not None and not (isinstance(given, ast.Constant) and given.value == "")


def _params(call: ast.Call) -> frozenset[str] | None:
    given = call.args[2] if len(call.args) > 2 else _keyword(call, "params")
    if given is None:
        return frozenset()
    if not isinstance(given, ast.Dict):
        return None
    return frozenset(str(key.value) for key in given.keys if isinstance(key, ast.Constant))


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def faults(said: Iterator[Said], sentences: Mapping[str, str]) -> list[str]:
    """Refusals without a sentence, and sentences that ask for what a refusal does not give."""
    found = []
    for refusal in said:
        sentence = sentences.get(f"refusal.{refusal.code}")
        if sentence is None:
            found.append(f"{refusal.where} {refusal.code} has no sentence")
            continue
        wanted = placeholders(sentence)
        given = refusal.params if refusal.params is not None else wanted
        lacking = wanted - given - ({"field"} if refusal.field else set())
        if lacking:
            found.append(f"{refusal.where} {refusal.code} lacks {', '.join(sorted(lacking))}")
        if refusal.field and refusal.code.startswith("field_") and "field" not in wanted:
            found.append(f"{refusal.where} {refusal.code} does not say which field")
    return found


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_refusal_has_its_sentence(code: str) -> None:
    assert faults(refusals(ROOT), load_language(code, FOLDER).sentences) == []


def test_no_sentence_stands_for_a_refusal_that_is_gone() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources(ROOT, "app"))
    known = load_language("zh", FOLDER).sentences
    codes = [key.removeprefix("refusal.") for key in known if key.startswith("refusal.")]
    # The import makes its codes from a prefix and the rule; words for unknown codes are asked for by key.
    gone = [
        code
        for code in codes
        if not any(f'"{way}"' in text for way in (code, code.removeprefix("import_"), f"refusal.{code}"))
    ]
    assert gone == []


def test_faults_are_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    lines = [
        'a = Refusal("known", "what", {"n": "1"})',
        'b = Refusal("unknown")',
        'c = Refusal("known", params={"n": "1"})',
        'd = Refusal("known", field="x")',
        'e = Refusal("field_plain", "x")',
        'f = Refusal(f"made_{up}")',
        'g = Refusal("known", "x", given)',
    ]
    (tmp_path / "app" / "said.py").write_text("\n".join(lines), encoding="utf-8")
    sentences = {"refusal.known": "{field} {n}", "refusal.field_plain": "wrong"}
    assert faults(refusals(tmp_path), sentences) == [
        "app/said.py:2 unknown has no sentence",
        "app/said.py:3 known lacks field",
        "app/said.py:4 known lacks n",
        "app/said.py:5 field_plain does not say which field",
    ]
