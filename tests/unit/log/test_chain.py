"""The hashes name their algorithm and cover everything they should."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.log.chain import algorithm_of, digest, link


def test_published_values() -> None:
    assert digest("sha256", b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    # GB/T 32905-2016, appendix A.1.
    assert digest("sm3", b"abc") == "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="md5"):
        digest("md5", b"abc")


def test_algorithm_is_read_from_the_text() -> None:
    assert algorithm_of(digest("sm3", b"")) == "sm3"


places = st.tuples(
    st.sampled_from(["", "sha256:ab", "sha256:cd"]),
    st.sampled_from(["s1", "s11"]),
    st.integers(1, 12),
    st.integers(1, 120),
    st.integers(0, 12),
    st.integers(0, 12),
    st.binary(max_size=4).map(lambda tail: b"{" + tail),
    st.sampled_from(["", "body_invalid", "subject_taken"]),
    st.sampled_from([("", 0), ("h1", 1), ("h1", 11), ("h11", 1)]),
).map(lambda place: (*place[:-1], *place[-1]))


def test_without_verdict_and_home_a_hash_is_what_it_always_was() -> None:
    place = ("sha256:ab", "stream", 1, 7, 20, 10, b"{}")
    plain = "sha256:" + hashlib.sha256(b"sha256:ab\nstream\n1\n7\n20\n10\n{}").hexdigest()
    assert link("sha256", *place) == link("sha256", *place, "", "", 0) == plain


@given(places, places)
def test_different_places_never_share_a_hash(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    same = link("sha256", *one) == link("sha256", *other)  # type: ignore[arg-type]
    assert same == (one == other)
