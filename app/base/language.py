"""The language catalogue: every sentence a person reads, by key, in Chinese and in English."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.base.errors import MusterError

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"


@dataclass(frozen=True)
class Language:
    """One language's sentences. `code` is `zh` or `en`; keys are dotted, e.g. `board.column.state`."""

    code: str
    sentences: Mapping[str, str]

    def text(self, key: str, **params: object) -> str:
        """The finished sentence; a missing key raises KeyError, since it is a bug and a test finds it."""
        sentence = self.sentences[key]
        return sentence.format(**params) if params else sentence

    def has(self, key: str) -> bool:
        return key in self.sentences

    def pick(self, zh: str, en: str) -> str:
        """The one of two labels that came as data (rules carry both languages)."""
        return zh if self.code == "zh" else en

    def error(self, error: MusterError) -> str:
        """One clear line for a person."""
        return self.text(f"error.{error.key}", **error.params)


def language_code(asked: str | None, environ: Mapping[str, str]) -> str:
    """The language asked for, else the one the system's environment names, else Chinese."""
    if asked in LANGUAGES:
        return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        # The first that is set decides, as for every other program; C and POSIX name no language.
        if environ.get(name):
            spoken = environ[name].lower()[:2]
            return spoken if spoken in LANGUAGES else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def _flat(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping):
            yield from _flat(key, value)
        else:
            yield key, str(value)


def load_language(code: str, folder: Path) -> Language:
    """Read every TOML file of `folder/<code>/`; the same key twice is an error of ours."""
    sentences: dict[str, str] = {}
    for file in sorted((folder / code).glob("*.toml")):
        for key, sentence in _flat("", tomllib.loads(file.read_text(encoding="utf-8"))):
            if key in sentences:
                raise ValueError(f"{file.name}: {key} stands twice in the catalogue")
            sentences[key] = sentence
    return Language(code, sentences)


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces, so that a test can hold the two languages against each other."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name)
