"""The language catalogue is whole: both languages say the same things, and every key in the code exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.base.language import LANGUAGES, load_language, placeholders
from tests.rules.tree import ROOT, called, parse, place, sources

FOLDER = Path("resources") / "language"
SPEAKERS = frozenset({"text", "tr"})
FIRST_ERRORS = frozenset({"WorldError", "UsageError", "MusterError"})


def catalogue(root: Path) -> dict[str, Mapping[str, str]]:
    """Sentences by key for each language."""
    return {code: load_language(code, root / FOLDER).sentences for code in LANGUAGES}


def differences(languages: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Keys that one language lacks, and keys whose sentences do not ask for the same values."""
    every = sorted(set().union(*languages.values()))
    found = []
    for key in every:
        lacking = [code for code, sentences in languages.items() if key not in sentences]
        if lacking:
            found.append(f"{key} is missing in {', '.join(lacking)}")
        elif len({placeholders(sentences[key]) for sentences in languages.values()}) > 1:
            found.append(f"{key} has different placeholders")
        elif not all(sentences[key].strip() for sentences in languages.values()):
            found.append(f"{key} says nothing")
    return found


def error_classes(root: Path) -> frozenset[str]:
    """The names of the error family, as far as classes name their bases plainly."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for path in sources(root, "app", "widgets", "views")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef)
    }
    family = FIRST_ERRORS
    while True:
        grown = family | {name for name, of in bases.items() if of & family}
        if grown == family:
            return family
        family = grown


def named_keys(root: Path) -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """(place, key, names of the values given, or None when they are not written out) of each literal key."""
    errors = error_classes(root)
    for path in sources(root, "app", "widgets", "views"):
        for node in ast.walk(parse(path)):
            # A sentence's values go by name: whatever takes more than a key by position is something else.
            if not isinstance(node, ast.Call) or len(node.args) != 1 or called(node) not in SPEAKERS | errors:
                continue
            first = node.args[0]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            key = f"error.{first.value}" if called(node) in errors else first.value
            names = [keyword.arg for keyword in node.keywords]
            values = None if None in names else frozenset(name for name in names if name)
            yield place(root, path, node.lineno), key, values


def unsaid(root: Path, sentences: Mapping[str, str]) -> list[str]:
    """Keys the code names that the catalogue lacks, or whose sentence wants values the code does not give."""
    found = []
    for where, key, values in named_keys(root):
        if key not in sentences:
            found.append(f"{where} {key} is not in the catalogue")
        elif values is not None and not placeholders(sentences[key]) <= values:
            found.append(f"{where} {key} lacks {', '.join(sorted(placeholders(sentences[key]) - values))}")
    return found


def test_both_languages_say_the_same() -> None:
    languages = catalogue(ROOT)
    assert all(languages.values()), "a language without sentences"
    assert differences(languages) == []


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    assert unsaid(ROOT, catalogue(ROOT)["zh"]) == []


def test_a_lacking_key_and_a_lacking_value_are_found(tmp_path: Path) -> None:
    for code, text in (("zh", 'a = "一"\nb = "{n} 件"\nc = " "'), ("en", 'b = "{count} cases"\nc = "x"')):
        folder = tmp_path / FOLDER / code
        folder.mkdir(parents=True)
        (folder / "all.toml").write_text(text, encoding="utf-8")
    assert differences(catalogue(tmp_path)) == [
        "a is missing in en",
        "b has different placeholders",
        "c says nothing",
    ]


def test_an_unsaid_key_is_found(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    lines = [
        "class DiskError(WorldError): ...",
        'a = language.text("known", n=1)',
        'b = language.text("unknown")',
        'c = text("known")',
        'raise DiskError("full", path=p)',
        'raise WorldError("gone")',
        'd = language.text("known", **values)',
        'e = sealer.text("place", words)',
    ]
    (tmp_path / "app" / "said.py").write_text("\n".join(lines), encoding="utf-8")
    sentences = {"known": "{n}", "error.full": "{path} {free}"}
    assert unsaid(tmp_path, sentences) == [
        "app/said.py:3 unknown is not in the catalogue",
        "app/said.py:4 known lacks n",
        "app/said.py:5 error.full lacks free",
        "app/said.py:6 error.gone is not in the catalogue",
    ]
