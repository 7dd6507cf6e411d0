"""The board's rows in words, in order, and read by the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import DAY_MS, HOUR_MS, MINUTE_MS
from app.commands.command import HistoryRow
from app.domain.actor import SYSTEM
from app.projections.selecting import Filter
from app.viewmodels.board import FIRST_ROWS, BoardModel
from app.viewmodels.board_filter import BoardFilterModel
from tests.helpers.glass import glass
from tests.helpers.halls import TestHall, actor, hall


def board(at: TestHall, queue: str = "open") -> BoardModel:
    model = BoardModel(glass(at))
    model.show(Filter(queue))
    return model


def keys(model: BoardModel) -> list[object]:
    return [model.key(place) for place in range(model.count())]


def imported(at: TestHall, count: int) -> None:
    now = at.clock.now()
    rows = [
        HistoryRow(channel="phone", what=f"旧事 {n}", received_at=now - n * MINUTE_MS, external=f"old:{n}")
        for n in range(count)
    ]
    at.commander.import_rows(rows, SYSTEM)


def test_a_row_in_words(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.dispatched("SZ", what="路灯\n不亮", address="滨河路118号", urgent=True)
        line = board(at).line(0)
        assert (line.code, line.urgency, line.title) == ("A1001", "紧急", "路灯 不亮")
        assert (line.place, line.state, line.unit, line.channel) == (
            "滨河路118号", "待签收", "市政养护公司", "电话")  # fmt: skip
        assert line.timer.startswith("签收 ")


def test_codes_of_other_days_carry_their_day(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register()
        at.time.advance(DAY_MS)
        at.register()
        codes = {board(at).line(place).code for place in range(2)}
        assert codes == {"A1001", "0309 A1001"}


def test_a_place_without_an_address_is_its_area(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register(what="x" * 500)
        line = board(at).line(0)
        assert line.place == "云锦社区"
        assert len(line.title) == 120


def test_overdue_before_urgent_before_what_is_left(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        late = at.register(what="晚了")
        at.time.advance(HOUR_MS)
        calm = at.register(what="不急")
        at.time.advance(MINUTE_MS)
        urgent = at.register(what="急", urgent=True)
        assert keys(board(at)) == [late.id, urgent.id, calm.id]


def test_rows_past_the_first_are_put_in_order_when_asked_for(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        imported(at, FIRST_ROWS + 50)
        model = board(at)
        model.sort("received_at", descending=True)
        received = [model.line(place).title for place in range(model.count())]
        assert received == [f"旧事 {n}" for n in range(FIRST_ROWS + 50)]


def test_texts_are_read_by_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hall(tmp_path / "h") as at:
        imported(at, 900)
        context = glass(at)
        model = BoardModel(context)
        model.show(Filter("open"))
        asked: list[int] = []
        texts = context.reading.texts
        monkeypatch.setattr(context.reading, "texts", lambda rows: (asked.append(len(rows)), texts(rows))[1])
        for place in range(30):
            model.line(place)
        model.line(800)
        assert len(asked) == 2
        assert sum(asked) <= 200


def test_a_case_is_found_wherever_it_stands(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        imported(at, FIRST_ROWS + 30)
        model = board(at)
        for place in (0, FIRST_ROWS - 1, FIRST_ROWS + 20):
            assert model.find(model.key(place)) == place
        assert model.find("nobody") is None


def test_a_closed_case_has_no_clock(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        case = at.register()
        at.do(case, "withdraw", actor("intake"), how_reporter_said_so="电话")
        line = board(at, "all").line(0)
        assert (line.light, line.timer) == ("none", "")


def test_news_changes_rows_and_seconds_only_timers(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register()
        context = glass(at)
        model = BoardModel(context)
        context.pulse.beat()
        changed: list[object] = []
        ticked: list[object] = []
        model.changed.connect(changed.append)
        model.ticked.connect(ticked.append)
        before = model.timer(0)
        at.time.advance(1_000)
        context.pulse.beat()
        assert (len(changed), len(ticked)) == (0, 1)
        assert model.timer(0) != before
        at.register(what="又一件")
        context.pulse.beat()
        assert len(changed) == 1
        assert model.count() == 2


def test_timers_in_words(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register()
        model = board(at)
        assert model.timer(0) == "受理 15分0秒"
        at.time.advance(16 * MINUTE_MS)
        model.refresh()
        assert model.timer(0) == "受理超 1分0秒"


def test_chips_say_what_narrows_and_with_how_many(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        at.register()
        at.register(area="990101002", category="0102")
        context = glass(at)
        model = BoardModel(context)
        narrowing = BoardFilterModel(context, model)
        narrowing.open_queue("open")
        assert [chip.id for chip in narrowing.chips()] == ["queue", "street", "family", "urgent", "search"]
        assert [chip.id for chip in narrowing.chips() if chip.on] == ["queue"]
        narrowing.choose("street:990101002")
        assert narrowing.chips()[0].text == "在办 1"
        assert narrowing.chips()[1].text == "街道 江畔街道"
        assert narrowing.press("street")
        assert model.count() == 2
        assert not narrowing.press("family")
        assert [hit.id for hit in narrowing.choices("family", "srhj")] == ["family:01"]
        narrowing.choose("family:01")
        assert model.count() == 1


def test_areas_and_units_open_their_lists(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        there = at.register(area="990101002")
        here = at.dispatched("SZ")
        context = glass(at)
        model = BoardModel(context)
        narrowing = BoardFilterModel(context, model)
        narrowing.open_area("990101002")
        assert keys(model) == [there.id]
        narrowing.open_area("990101001001")
        assert keys(model) == [here.id]
        narrowing.open_unit("SZ")
        assert keys(model) == [here.id]
        narrowing.open_area("nowhere")
        assert keys(model) == [here.id]


def test_a_search_leaves_out_what_the_columns_do_not_know_yet(tmp_path: Path) -> None:
    with hall(tmp_path / "h") as at:
        first = at.register(what="学府路路灯不亮")
        model = board(at)
        at.register(what="学府路又一盏路灯不亮")
        model.show(Filter("open"), "路灯不亮")
        assert keys(model) == [first.id]
