"""Where a fault of the rules stands, file and line or key, and how it is told to a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from app.base.language import Language
from app.domain.finding import Finding


class Located(msgspec.Struct, frozen=True):
    """A finding with its file; `line` counts from 1, and 0 says that only the key is known."""

    file: str
    line: int
    key: str
    rule: str
    params: dict[str, str]


class Spot(NamedTuple):
    """Where an element of a section begins and on which lines its keys stand; a plain table has no `name`."""

    file: str
    line: int
    name: str
    attributes: Mapping[str, int]


_HEAD = re.compile(r"([A-Za-z0-9_-]+)(?:\[([0-9]+)\])?\.?(.*)", re.DOTALL)


class Places:
    """From the key of a finding to its file and line."""

    def __init__(self) -> None:
        self._spots: dict[str, list[Spot]] = {}

    def add(self, section: str, spots: Iterable[Spot]) -> None:
        """The next elements of `section`, in the order in which the rules hold them."""
        self._spots.setdefault(section, []).extend(spots)

    def extend(self, other: Places) -> None:
        for section, spots in other._spots.items():
            self.add(section, spots)

    def locate(self, finding: Finding, file: str = "") -> Located:
        """The finding with file and line; `file` is named when the section stands nowhere."""
        section, number, rest = _head(finding.key)
        spots = self._spots.get(section, [])
        spot = None
        if number is not None:
            spot = spots[number] if number < len(spots) else None
        elif len(spots) == 1 and not spots[0].name:
            spot = spots[0]
        else:
            name, _, after = rest.partition(".")
            spot = next((s for s in spots if s.name == re.split(r"\[", name)[0]), None)
            rest = after if spot is not None else rest
        if spot is None:
            return Located(
                file or (spots[0].file if spots else ""), 0, finding.key, finding.rule, finding.params
            )
        line = spot.attributes.get(re.split(r"[.\[]", rest)[0], spot.line)
        # A person knows an element by its name, not by its number.
        key = ".".join(filter(None, (section, spot.name, rest))) if number is not None and spot.name else ""
        return Located(spot.file, line, key or finding.key, finding.rule, finding.params)


def _head(key: str) -> tuple[str, int | None, str]:
    match = _HEAD.match(key)
    if match is None:
        return "", None, key
    return match[1], int(match[2]) if match[2] else None, match[3]


def lines(findings: Iterable[Located], language: Language) -> Iterator[str]:
    """One line a finding: `file:line key — sentence [rule]`."""
    for finding in findings:
        place = f"{finding.file}:{finding.line}" if finding.line else finding.file
        sentence = language.text(f"rule.{finding.rule}", **finding.params)
        yield f"{' '.join(filter(None, (place, finding.key)))} — {sentence} [{finding.rule}]"


_SHAPE_FAULTS = (
    (re.compile(r"Object contains unknown field `(?P<name>.+)`"), "key.unknown"),
    (re.compile(r"Object missing required field `(?P<name>.+)`"), "key.missing"),
    (re.compile(r"Invalid enum value (?P<value>.+)"), "value.not_allowed"),
    (re.compile(r"Expected `(?P<expected>.+)`, got `(?P<found>.+)`"), "value.wrong_type"),
)


def shape_finding(key: str, error: msgspec.ValidationError) -> Finding:
    """The finding for a value at `key` that has not the shape it should have."""
    message, _, path = str(error).partition(" - at `")
    place = key + path.rstrip("`").removeprefix("key in `").removeprefix("$")
    for pattern, rule in _SHAPE_FAULTS:
        match = pattern.fullmatch(message)
        if match is not None:
            return Finding(place, rule, match.groupdict())
    return Finding(place, "value.wrong", {"detail": message})
