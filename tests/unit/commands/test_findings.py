"""Every finding that code can make has its sentence, with the same values, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.base.language import Language, load_language, placeholders
from app.commands.findings import Located, Places, Spot, lines, shape_finding
from app.domain.finding import Finding

ROOT = Path(__file__).parents[3]
MAKERS = {"Finding": 1, "Located": 3}
"""Calls that make a finding, and the place of the rule among their arguments."""


def _made_in(path: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Rule and names of its values, for each finding or rule error that a module writes out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "RuleError" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value), frozenset(k.arg for k in node.keywords if k.arg)
        place = MAKERS.get(node.func.id)
        if place is None or len(node.args) <= place + 1:
            continue
        rule, params = node.args[place], node.args[place + 1]
        if isinstance(rule, ast.Constant) and isinstance(params, ast.Dict):
            names = (key.value for key in params.keys if isinstance(key, ast.Constant))
            yield str(rule.value), frozenset(str(name) for name in names)


MODULES = [*(ROOT / "app" / "domain").rglob("*.py"), *(ROOT / "app" / "commands").glob("rules_*.py")]
MADE = sorted({made for path in MODULES for made in _made_in(path)}, key=str)


def test_the_search_finds_findings() -> None:
    assert len(MADE) > 40


@pytest.mark.parametrize("code", ["zh", "en"])
@pytest.mark.parametrize(("rule", "params"), MADE, ids=[rule for rule, _ in MADE])
def test_each_finding_has_its_sentence(code: str, rule: str, params: frozenset[str]) -> None:
    language = load_language(code, ROOT / "resources" / "language")
    assert placeholders(language.sentences[f"rule.{rule}"]) == params


def _places() -> Places:
    places = Places()
    places.add("states", [Spot("w.toml", 3, "a", {"owner": 5}), Spot("w.toml", 9, "b", {})])
    places.add("light", [Spot("s.toml", 20, "", {"share": 21})])
    return places


@pytest.mark.parametrize(
    ("key", "file", "line"),
    [
        ("states.a", "w.toml", 3),
        ("states.a.owner", "w.toml", 5),
        ("states[0].owner[2]", "w.toml", 5),
        ("states.b.owner", "w.toml", 9),
        ("states[1]", "w.toml", 9),
        ("states[7]", "w.toml", 0),
        ("states.c", "w.toml", 0),
        ("light.share", "s.toml", 21),
        ("light", "s.toml", 20),
        ("elsewhere.x", "", 0),
    ],
)
def test_a_key_is_found_again(key: str, file: str, line: int) -> None:
    located = _places().locate(Finding(key, "id.empty", {}))
    assert (located.file, located.line) == (file, line)


def test_an_element_is_called_by_its_name() -> None:
    keys = [
        _places().locate(Finding(key, "id.empty", {})).key
        for key in ("states[0].owner[2]", "states[7]", "light")
    ]
    assert keys == ["states.a.owner[2]", "states[7]", "light"]


def test_one_line_a_finding() -> None:
    language = Language("en", {"rule.id.twice": "The id {id} stands twice."})
    found = [
        Located("w.toml", 9, "states[1]", "id.twice", {"id": "a"}),
        Located("w.toml", 0, "", "id.twice", {"id": "{b}"}),
    ]
    assert list(lines(found, language)) == [
        "w.toml:9 states[1] — The id a stands twice. [id.twice]",
        "w.toml — The id {b} stands twice. [id.twice]",
    ]


class _Inner(msgspec.Struct, forbid_unknown_fields=True):
    size: int


class _Outer(msgspec.Struct, forbid_unknown_fields=True):
    inner: tuple[_Inner, ...] = ()
    names: dict[str, int] = {}


@pytest.mark.parametrize(
    ("value", "key", "rule", "params"),
    [
        ({"x": 1}, "o", "key.unknown", {"name": "x"}),
        ({"inner": [{}]}, "o.inner[0]", "key.missing", {"name": "size"}),
        (
            {"inner": [{"size": "1"}]},
            "o.inner[0].size",
            "value.wrong_type",
            {"expected": "int", "found": "str"},
        ),
        ({"names": {"a": 1.5}}, "o.names[...]", "value.wrong_type", {"expected": "int", "found": "float"}),
    ],
)
def test_a_wrong_shape_is_put_in_our_words(
    value: object, key: str, rule: str, params: dict[str, str]
) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, _Outer)
    assert shape_finding("o", caught.value) == Finding(key, rule, params)
