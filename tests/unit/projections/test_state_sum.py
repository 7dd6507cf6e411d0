"""The digest of the confirmed state: what it sees, what it does not, and what makes no difference to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import create_engine

from app.projections.state_sum import StateSum, case_part, hall_part, state_digest
from tests.helpers.cut_off import founding

TABLE = "CREATE TABLE state_sum(one INTEGER PRIMARY KEY CHECK (one = 1), total BLOB NOT NULL)"


@given(
    moves=st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=4)), max_size=30),
    cuts=st.sets(st.integers(0, 30)),
)
def test_only_the_last_state_of_each_case_counts(moves: list[tuple[int, bytes]], cuts: set[int]) -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql(TABLE)
        total = StateSum()
        total.start(connection)
        parts: dict[int, int] = {}
        for place, (case, state) in enumerate(moves):
            part = case_part(str(case), state)
            total.move(parts.get(case, 0), part)
            parts[case] = part
            if place in cuts:
                total.save(connection)
                total = StateSum()
                total.load(connection)
        total.save(connection)
        told = state_digest(connection)
        plain = StateSum()
        plain.start(connection)
        for case in sorted(parts):
            plain.move(0, parts[case])
        plain.save(connection)
        assert state_digest(connection) == told
        assert int(told.removeprefix("sum256:"), 16) == sum(parts.values()) % (1 << 256)


def test_cases_and_entries_of_the_hall_are_told_apart() -> None:
    assert len({case_part("a", b"x"), case_part("b", b"x"), case_part("a", b"y"), case_part("a", b"")}) == 4
    first, second = founding()[:2]
    parts = {hall_part(first), hall_part(second), hall_part(replace(first, gseq=2))}
    assert len(parts) == 3
