"""How large characters on a wall must be, from where people stand and how far its pixels lie apart."""

from __future__ import annotations

import math

# Text is read without effort when it is at least this share of the distance high (10 m: 5 cm).
_DISTANCE_SHARE = 200


def wall_min_px(distance_m: float, pitch_mm: float) -> int:
    """Least height of a character in the wall's real px, seen from `distance_m` at `pitch_mm` a px."""
    if distance_m <= 0 or pitch_mm <= 0:
        raise ValueError(f"distance {distance_m} m and pitch {pitch_mm} mm must be above zero")
    return math.ceil(distance_m * 1_000 / _DISTANCE_SHARE / pitch_mm)
