"""The word parts and counts a made-up district is built from, as config/demo/names.toml holds them."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.label import Label

Pair = tuple[str, str]
"""A Chinese word and its spelling in Latin letters."""


class Centre(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the district lies: degrees, CGCS2000."""

    lon: float
    lat: float


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many areas of each level, and how far the district reaches."""

    streets: int
    communities: int
    grids: int
    radius_km: float


class Patterns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How areas are called and addresses written; `{name}`, `{number}`, `{road}` and so on are filled in."""

    street: Label
    community: Label
    grid: Label
    by_road: str
    at_house: str
    at_building: str
    building: str
    flat: str


class RoadWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Roads: each is a word and a kind, once in the district."""

    per_street: int
    words: tuple[Pair, ...]
    kinds: tuple[Pair, ...]


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What callers are called, and the blocks their made-up numbers come from."""

    surnames: tuple[str, ...]
    addresses: tuple[str, ...]
    given: tuple[str, ...]
    phone_blocks: tuple[str, ...]


class PlaceKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of named place: `count` (at least, at most) in each `per`; `buildings` if it has several."""

    kind: str
    per: Literal["community", "street", "district"]
    count: tuple[int, int]
    named_by: Literal["word", "community", "road"]
    patterns: tuple[Pair, ...]
    buildings: tuple[int, int] = (0, 0)


class PlaceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for places named by a word."""

    words: tuple[Pair, ...]


class Post(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post that exists in each unit of its kind; `{name}` is the unit, `{number}` counts from 1."""

    id: str
    unit: Literal["centre", "department", "street", "grid_station"]
    roles: tuple[str, ...]
    label: Label
    count: int = 1


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    code: str
    label: Label
    hall: Label
    centre: Centre
    heads: tuple[Pair, ...]
    tails: tuple[Pair, ...]
    avoid: tuple[str, ...]
    scales: dict[str, Scale]
    patterns: Patterns
    roads: RoadWords
    people: People
    places: tuple[PlaceKind, ...]
    place_words: PlaceWords
    posts: tuple[Post, ...]
