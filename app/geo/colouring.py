"""Four colours for a map: which areas share a border, and a colour for each that no neighbour has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.geo.bounds import Bounds, bounds_of
from app.geo.mercator import Floats
from app.geo.rings import Ring, distances

COLOURS = 4

SAMPLES = 160
"""Points looked at along a border: a shared piece of a fortieth of it is found for certain."""

SHARED_MIN = 3
"""Neighbours have so many of these points in common: a mere corner is no border."""

STEPS_MAX = 20_000
"""Tries of the search for a colouring. Maps need few; what is no map (areas in several pieces, overlaps) may
have none, and is then coloured with the fewest like neighbours."""


def neighbours(shapes: Sequence[Sequence[Ring]], tolerance: float) -> list[set[int]]:
    """Of each shape the numbers of those it shares a piece of border with.

    `tolerance`: how far apart two drawings of one border may lie, in the units of the rings.
    """
    found: list[set[int]] = [set() for _ in shapes]
    boxes = [_box(rings, tolerance) for rings in shapes]
    walked = [_along(rings) for rings in shapes]
    for one, box in enumerate(boxes):
        for other in range(one + 1, len(shapes)):
            near = boxes[other]
            if box is None or near is None or not box.meets(near):
                continue
            if _share(walked[one], shapes[other], near, tolerance) or _share(
                walked[other], shapes[one], box, tolerance
            ):
                found[one].add(other)
                found[other].add(one)
    return found


def colours(neighbouring: Sequence[set[int]]) -> list[int]:
    """A colour 0 to 3 for each; no two neighbours have the same where that can be done at all."""
    chosen = [-1] * len(neighbouring)
    found = _search(neighbouring, chosen)
    return found if found is not None else _fewest_alike(neighbouring)


def _box(rings: Sequence[Ring], tolerance: float) -> Bounds | None:
    parts = [ring for ring in rings if len(ring)]
    box = bounds_of(np.concatenate(parts)) if parts else None
    return None if box is None else box.grown(tolerance)


def _along(rings: Sequence[Ring]) -> Floats:
    """SAMPLES points at even distances along the border."""
    starts = [ring for ring in rings if len(ring)]
    if not starts:
        return np.zeros((0, 2))
    start = np.concatenate(starts)
    edge = np.concatenate([np.roll(ring, -1, axis=0) - ring for ring in starts])
    length = np.hypot(edge[:, 0], edge[:, 1])
    ends = np.cumsum(length)
    at = (np.arange(SAMPLES) + 0.5) * ends[-1] / SAMPLES
    piece = np.minimum(np.searchsorted(ends, at), len(length) - 1)
    share = 1.0 - (ends[piece] - at) / np.maximum(length[piece], 1e-300)
    return np.asarray(start[piece] + share[:, None] * edge[piece])


def _share(points: Floats, rings: Sequence[Ring], box: Bounds, tolerance: float) -> bool:
    close = points[box.inside(points[:, 0], points[:, 1])]
    if len(close) < SHARED_MIN:
        return False
    away = np.min([distances(ring, close[:, 0], close[:, 1]) for ring in rings if len(ring)], axis=0)
    return int(np.count_nonzero(away <= tolerance)) >= SHARED_MIN


def _search(neighbouring: Sequence[set[int]], chosen: list[int]) -> list[int] | None:
    """The area with the fewest colours left comes next (DSATUR); a dead end goes back. None: given up."""
    tried: list[tuple[int, list[int]]] = []
    for _ in range(STEPS_MAX):
        if len(tried) == len(neighbouring):
            return chosen
        area = _tightest(neighbouring, chosen)
        free = _free(neighbouring, chosen, area)
        while not free:
            if not tried:
                return None
            area, free = tried.pop()
            chosen[area] = -1
        chosen[area] = free[0]
        tried.append((area, free[1:]))
    return chosen if len(tried) == len(neighbouring) else None


def _tightest(neighbouring: Sequence[set[int]], chosen: Sequence[int]) -> int:
    def rank(area: int) -> tuple[int, int, int]:
        around = {chosen[n] for n in neighbouring[area]} - {-1}
        return len(around), len(neighbouring[area]), -area

    return max((area for area in range(len(chosen)) if chosen[area] < 0), key=rank)


def _free(neighbouring: Sequence[set[int]], chosen: Sequence[int], area: int) -> list[int]:
    taken = {chosen[n] for n in neighbouring[area]}
    # Beginning with another colour each time keeps the four about equally frequent.
    return [c for c in ((area + turn) % COLOURS for turn in range(COLOURS)) if c not in taken]


def _fewest_alike(neighbouring: Sequence[set[int]]) -> list[int]:
    chosen = [-1] * len(neighbouring)
    for area in sorted(range(len(neighbouring)), key=lambda n: -len(neighbouring[n])):
        alike = [sum(chosen[n] == colour for n in neighbouring[area]) for colour in range(COLOURS)]
        chosen[area] = alike.index(min(alike))
    return chosen
