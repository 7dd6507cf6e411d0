"""Answers come when what they speak of is folded, in order, and at last in any case."""

from __future__ import annotations

from concurrent.futures import Future

from app.log.port import Duplicate, Stale
from app.log.postgres.answers import Answers, spoken_of


def test_an_answer_waits_for_its_number() -> None:
    answers, first, second, known = Answers(3), Future[str](), Future[str](), Future[str]()
    answers.give(second, "second", 5)
    answers.give(first, "first", 4)
    answers.give(known, "known", 3)
    assert [future.done() for future in (known, first, second)] == [True, False, False]
    answers.folded(4)
    assert [future.done() for future in (first, second)] == [True, False]
    answers.folded(9)
    assert second.result(0) == "second"


def test_when_folding_stops_the_truth_is_told_all_the_same() -> None:
    answers, waiting, later, again = Answers(0), Future[str](), Future[str](), Future[str]()
    answers.give(waiting, "waiting", 2)
    answers.stopped()
    answers.give(later, "later", 3)
    assert (waiting.result(0), later.result(0)) == ("waiting", "later")
    answers.folded(3)
    answers.give(again, "again", 4)
    assert not again.done()


def test_who_is_refused_for_old_news_must_see_the_news() -> None:
    assert spoken_of(Stale("incident:1", 7)) == 7
    assert spoken_of(Duplicate(0, "idem:1", 6)) == 6
    assert spoken_of(Duplicate(1, "idem:1", 0)) == 0
