"""Case codes: readable, checked by ISO 7064, one for each case and one for each order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.code import CHANNEL_LETTERS, case_code, check_character, order_code, short_code, valid_code

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_the_check_character_is_that_of_the_standard() -> None:
    # The worked example of the GRid standard, which uses ISO 7064 MOD 37,36.
    assert check_character("A1-2425G-ABC1234002") == "M"


def test_a_code_reads_as_said() -> None:
    code = case_code("990101", "20261121", "phone", "A1", 42)
    assert code == f"990101-20261121-P-A1042-{code[-1]}"
    assert short_code(code) == "A1042"
    assert short_code("旧号") == "旧号"
    assert order_code(code, 3) == f"{code}-03"


@settings(max_examples=100)
@given(
    counter=st.integers(1, 99_999),
    channel=st.sampled_from(sorted(CHANNEL_LETTERS)),
    desk=st.text(ALPHABET, min_size=2, max_size=2),
    data=st.data(),
)
def test_one_wrong_character_is_always_found(
    counter: int, channel: str, desk: str, data: st.DataObject
) -> None:
    code = case_code("990101", "20260309", channel, desk, counter)
    assert valid_code(code)
    assert valid_code(order_code(order_code(code, 1), 12))
    places = [place for place, char in enumerate(code) if char in ALPHABET]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))
    assert not valid_code(code[:place] + wrong + code[place + 1 :])


def test_two_swapped_characters_are_found_but_for_a_few() -> None:
    found = []
    for counter in range(1, 400):
        code = case_code("990101", "20260309", "phone", "A1", counter)
        for place in range(len(code) - 1):
            if code[place] != code[place + 1] and "-" not in code[place : place + 2]:
                swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
                found.append(not valid_code(swapped))
    assert sum(found) / len(found) > 0.95


@pytest.mark.parametrize(
    "wrong", ["", "990101", "990101-20261121-P-A1042", "x" * 30, "990101-20261121-P-A1042-?"]
)
def test_what_is_no_code(wrong: str) -> None:
    assert not valid_code(wrong)
