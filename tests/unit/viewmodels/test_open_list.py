"""The list of open cases for paper: when it is due, and what stands on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import HOUR_MS, MINUTE_MS
from app.sync.status import ALONE, LinkStatus
from app.viewmodels.open_list import COLUMNS, OpenListModel
from tests.helpers.glass import Line, glass
from tests.helpers.halls import TestHall, actor, hall


def cut(test: TestHall, phase: str = "cut_off") -> LinkStatus:
    return LinkStatus(phase, heard_at=test.clock.now())  # type: ignore[arg-type]


def test_it_is_due_an_hour_after_the_hub_was_heard_and_hourly_from_then(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        line = Line(cut(test))
        model = OpenListModel(glass(test, link=line), HOUR_MS)
        due = []
        for minute in range(0, 181, 10):
            if model.due():
                due.append(minute)
            # Between two tries the line connects and breaks again; the cut goes on.
            phase = "connecting" if minute % 20 else "cut_off"
            line.status = LinkStatus(phase, heard_at=line.status.heard_at)  # type: ignore[arg-type]
            test.time.advance(10 * MINUTE_MS)
        assert due == [60, 120, 180]
        assert model.cut_for_ms() == 190 * MINUTE_MS


def test_a_line_that_came_back_begins_the_hour_anew(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        line = Line(cut(test))
        model = OpenListModel(glass(test, link=line), HOUR_MS)
        assert not model.due()
        test.time.advance(50 * MINUTE_MS)
        line.status = LinkStatus("live", heard_at=test.clock.now())
        assert not model.due()
        line.status = cut(test)
        test.time.advance(50 * MINUTE_MS)
        assert not model.due()
        test.time.advance(10 * MINUTE_MS)
        assert model.due()


@pytest.mark.parametrize(("status", "after_ms"), [(ALONE, HOUR_MS), (LinkStatus("cut_off"), 0)])
def test_alone_or_switched_off_it_is_never_due(tmp_path: Path, status: LinkStatus, after_ms: int) -> None:
    with hall(tmp_path) as test:
        model = OpenListModel(glass(test, link=Line(status)), after_ms)
        for _ in range(5):
            test.time.advance(HOUR_MS)
            assert not model.due()


def test_the_rows_say_who_has_what_until_when_without_personal_data(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        test.dispatched("SZ", address="滨河路118号", flat="3 单元 502 室", reporter_name="王芳")
        closed = test.register()
        test.do(closed, "withdraw", actor("intake"), how_reporter_said_so="电话")
        context = glass(test, phones={"SZ": "60999"})
        listed = OpenListModel(context, HOUR_MS).open_list()
        assert len(listed) == 1
        row = listed.page(0, 10)[0]
        cells = dict(zip(COLUMNS, row.cells, strict=True))
        assert cells["code"] == "A1001"
        assert cells["place"] == "云锦社区 滨河路118号"
        assert (cells["state"], cells["unit"], cells["phone"]) == ("待签收", "市政养护公司", "60999")
        assert cells["due"].startswith("签收 ")
        assert not row.late
        for secret in ("502", "王芳", "13800001234"):
            assert secret not in " ".join(row.cells)


def test_pages_follow_each_other(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        for _ in range(5):
            test.register()
        listed = OpenListModel(glass(test), HOUR_MS).open_list()
        pages = [[row.cells[0] for row in listed.page(first, 2)] for first in (0, 2, 4)]
        assert [len(page) for page in pages] == [2, 2, 1]
        assert len({code for page in pages for code in page}) == 5
