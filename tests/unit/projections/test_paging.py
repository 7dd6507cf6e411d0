"""Pages of cases: each once, in order, whole."""

from __future__ import annotations

from pathlib import Path

from app.projections.paging import cases_after
from tests.helpers.halls import hall


def test_pages_hold_every_case_once_in_order(tmp_path: Path) -> None:
    with hall(tmp_path) as opened:
        cases = [opened.register() for _ in range(5)]
        reader = opened.store.reader()
        found, row = [], -1
        while page := cases_after(reader, row, 2):
            assert len(page) <= 2
            row = page[-1].row
            found += page
        assert [known.incident for known in found] == cases
        assert [known.row for known in found] == sorted({known.row for known in found})
        # The next page is of its own moment.
        late = opened.register()
        assert [known.incident.id for known in cases_after(reader, row, 2)] == [late.id]
