"""A list says in words what it holds."""

from __future__ import annotations

from pathlib import Path

from app.viewmodels.listing import OVERDUE, Filter, list_words
from tests.helpers.glass import glass
from tests.helpers.halls import hall


def test_the_queue_and_all_that_narrows_it(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        assert list_words(context, OVERDUE) == "超期"
        narrowed = Filter("open", light="due_soon", street="990101001", family="06", unit="SZ", urgent=True)
        said = list_words(context, narrowed).split(" · ")
        unit = context.unit("SZ")
        assert said == ["在办", "将到期", "紧急", "滨河街道", context.category("06"), unit]
        assert list_words(context, Filter("no_progress")) == "满 3 时无进展"
