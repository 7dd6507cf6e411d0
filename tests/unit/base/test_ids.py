"""UUIDv7: the right bits, in the order of making, never twice."""

from __future__ import annotations

import threading
import uuid

from hypothesis import given
from hypothesis import strategies as st

from app.base.ids import IdMaker

NOON = 1_767_240_000_000


def test_it_is_a_uuid_of_version_7_with_its_time() -> None:
    made = uuid.UUID(IdMaker()(NOON))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == NOON


def test_known_random_bytes_give_a_known_id() -> None:
    assert IdMaker(lambda n: b"\xff" * n)(0) == "00000000-0000-7fff-bfff-ffffffffffff"
    assert IdMaker(lambda n: b"\x00" * n)(0x0123_4567_89AB) == "01234567-89ab-7000-8000-000000000000"


@given(st.lists(st.integers(NOON - 50, NOON + 50), min_size=2, max_size=40))
def test_any_clock_gives_rising_ids(times: list[int]) -> None:
    make = IdMaker()
    made = [make(now) for now in times]
    assert made == sorted(set(made))


def test_counting_past_the_last_random_number_takes_the_next_millisecond() -> None:
    make = IdMaker(lambda n: b"\xff" * n)
    first, second = make(NOON), make(NOON)
    assert second > first
    assert uuid.UUID(second).int >> 80 == NOON + 1


def test_threads_never_share_one() -> None:
    make = IdMaker()
    made: list[str] = []

    def work() -> None:
        made.extend([make(NOON) for _ in range(500)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2_000
