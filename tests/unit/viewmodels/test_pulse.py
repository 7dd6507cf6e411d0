"""The beat: everybody hears, nobody's failure keeps others from it, and it knows how old its figures are."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.clock import SECOND_MS
from app.viewmodels.link import LinkModel
from app.viewmodels.signal import Changed
from tests.helpers.glass import glass
from tests.helpers.halls import hall


def test_news_name_the_rows_and_come_once_a_beat(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        pulse = glass(test).pulse
        heard: list[object] = []
        pulse.news.connect(heard.append)
        pulse.beat()
        test.register()
        test.register()
        assert heard == []
        pulse.beat()
        pulse.beat()
        assert heard == [frozenset({0, 1})]


def test_a_second_is_told_once(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        pulse = glass(test).pulse
        seconds: list[object] = []
        pulse.second.connect(seconds.append)
        for _ in range(3):
            pulse.beat()
        assert len(seconds) == 1
        test.time.advance(SECOND_MS)
        pulse.beat()
        assert len(seconds) == 2


def test_a_listener_that_fails_keeps_nobody_from_hearing(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        pulse = glass(test).pulse
        pulse.beat()
        heard: list[str] = []

        def fail(_keys: object) -> None:
            raise ArithmeticError("one model is broken")

        pulse.news.connect(fail)
        pulse.news.connect(lambda _keys: heard.append("news"))
        pulse.second.connect(lambda _keys: heard.append("second"))
        test.register()
        test.time.advance(SECOND_MS)
        with pytest.raises(ArithmeticError):
            pulse.beat()
        assert heard == ["news", "second"]


def test_figures_grow_old_while_they_cannot_be_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        pulse, columns = context.pulse, context.reading.columns
        pulse.beat()
        fresh = pulse.beat_at
        test.register()
        test.time.advance(SECOND_MS)
        with monkeypatch.context() as broken:
            broken.setattr(columns, "catch_up", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                pulse.beat()
        assert pulse.beat_at == fresh
        heard: list[object] = []
        pulse.news.connect(heard.append)
        pulse.beat()
        assert pulse.beat_at == test.clock.now()
        assert heard == [frozenset({0})]


def test_trouble_shows_until_a_write_went_well(tmp_path: Path) -> None:
    with hall(tmp_path) as test:
        context = glass(test)
        link = LinkModel(context)
        heard: list[str] = []
        link.changed.connect(lambda _keys: heard.append(link.state().severity))
        assert link.state().severity == "in_time"
        context.pulse.say_trouble("磁盘已满")
        assert (link.state().severity, link.state().saved) == ("overdue", "磁盘已满")
        context.pulse.beat()
        assert link.state().saved == "磁盘已满"
        test.register()
        context.pulse.beat()
        assert link.state().severity == "in_time"
        assert heard[0] == "overdue"
        assert heard[-1] == "in_time"


def test_who_lets_go_while_being_told_is_not_told_again() -> None:
    changed = Changed()
    heard: list[str] = []

    def once(_keys: object) -> None:
        heard.append("once")
        let_go()

    let_go = changed.connect(once)
    changed.connect(lambda _keys: heard.append("always"))
    changed.emit()
    changed.emit()
    assert heard == ["once", "always", "always"]
