"""What comes in, how often, when and by which channel, as config/demo/mix.toml holds it."""

from __future__ import annotations

import msgspec


class CategoryMix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One category: its weight, its channels and hours by name, the kinds of places it happens at."""

    weight: float
    channels: str
    hours: str
    places: tuple[str, ...]


class ArrivalMix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rhythm and shares of reports; shares are 0 to 1. `weekdays` begin on Monday."""

    weekdays: tuple[float, float, float, float, float, float, float]
    repeat_share: float
    repeat_hours_max: int
    flat_share: float
    phone_share: float
    leaves_phone_share: float
    wants_answer_share: float
    categorised: dict[str, float]


class Mix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `monthly` is cases in 30 days by scale; `hours` 24 weights by name."""

    monthly: dict[str, int]
    arrivals: ArrivalMix
    hours: dict[str, tuple[float, ...]]
    channels: dict[str, dict[str, float]]
    categories: dict[str, CategoryMix]
