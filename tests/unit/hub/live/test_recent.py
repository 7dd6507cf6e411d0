"""Latest values: a follower that asks at any pace ends with what a table of all values holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.hub.live.recent import Recent

STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers()) | st.none(), max_size=60)
"""A value for a key, or a look of the follower."""


@given(STEPS)
def test_a_follower_misses_only_what_was_overtaken(steps: list[tuple[int, int] | None]) -> None:
    recent: Recent[int, tuple[int, int]] = Recent(10)
    truth: dict[int, int] = {}
    seen: dict[int, int] = {}
    version = 0
    for step in [*steps, None]:
        if step is not None:
            truth[step[0]] = step[1]
            recent.put(step[0], step)
        else:
            seen.update(dict(recent.since(version)))
            version = recent.version
    assert seen == truth
    assert recent.since(version) == []


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 8))
def test_what_was_forgotten_is_known_to_be(keys: list[int], most: int) -> None:
    recent: Recent[int, int] = Recent(most)
    whole_before = recent.version
    for key in keys:
        recent.put(key, key)
    assert len(recent) <= most
    complete = set(recent.since(whole_before)) == set(keys)
    assert recent.whole(whole_before) or not complete or len(set(keys)) > most
    if recent.whole(whole_before):
        assert complete
