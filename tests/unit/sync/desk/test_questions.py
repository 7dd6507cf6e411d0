"""Every question ends: with its answer, or with the word that the hub cannot be asked."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from app.base.errors import WorldError
from app.log.entries import Secret
from app.sync.desk.questions import Questions

SECRET = Secret("r", "c", "phone", "1", b"")


def test_the_answer_reaches_who_asked() -> None:
    questions = Questions("the hub")
    one: Future[list[Secret]] = Future()
    two: Future[list[Secret]] = Future()
    first, second = questions.open(one), questions.open(two)
    questions.answered(second, ())
    questions.answered(first, (SECRET,))
    assert (one.result(0), two.result(0)) == ([SECRET], [])
    questions.answered(first, None)
    assert one.result(0) == [SECRET]


def test_without_a_line_the_asker_hears_so() -> None:
    questions = Questions("the hub")
    asked: Future[list[Secret]] = Future()
    questions.open(asked)
    questions.drop()
    with pytest.raises(WorldError, match="hub_not_reached"):
        asked.result(0)


def test_an_asker_that_went_away_is_no_trouble() -> None:
    questions = Questions("the hub")
    asked: Future[list[Secret]] = Future()
    number = questions.open(asked)
    asked.cancel()
    questions.answered(number, (SECRET,))
    assert asked.cancelled()
