"""Pages gathered on their way to a desk's disk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.log.entries import Numbered, read_entry
from app.sync.desk.gathering import GATHER_LINES, OWN_MANY, Gathering
from app.sync.frames import PAGE_ENTRIES_MAX
from tests.helpers.counting import Elsewhere, counted

LINE = Numbered(1, "s", 1, 0, 0, "", "", b"", read_entry(Elsewhere().seal(counted("a")).raw))


def page(lines: int) -> list[Numbered]:
    return [LINE] * lines


def test_little_news_goes_to_the_disk_at_once() -> None:
    gathering = Gathering()
    assert not gathering.add(page(1), 0)
    assert gathering.all() == [page(1)]
    assert gathering.all() == []


def test_a_full_page_waits_for_the_next_and_a_short_one_ends_it() -> None:
    gathering = Gathering()
    assert gathering.add(page(PAGE_ENTRIES_MAX), 0)
    assert not gathering.add(page(2), 0)
    assert gathering.all() == [page(PAGE_ENTRIES_MAX), page(2)]


def test_with_much_of_ones_own_waiting_short_pages_wait_too() -> None:
    gathering = Gathering()
    assert gathering.add(page(2), OWN_MANY)
    assert not gathering.add(page(2), OWN_MANY - 1)


@given(st.lists(st.integers(1, PAGE_ENTRIES_MAX), min_size=1))
def test_no_more_is_gathered_than_is_written_together(sizes: list[int]) -> None:
    gathering, held = Gathering(), 0
    for size in sizes:
        held += size
        if not gathering.add(page(size), OWN_MANY):
            assert held < GATHER_LINES + PAGE_ENTRIES_MAX
            assert sum(len(one) for one in gathering.all()) == held
            held = 0
        assert held < GATHER_LINES
