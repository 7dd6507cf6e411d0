"""Problems in words: the language asked for, names instead of ids, nothing of the hub's own paths."""

from __future__ import annotations

import pytest

from app.base import paths
from app.base.errors import WorldError
from app.base.language import LANGUAGES, load_language
from app.domain.refusal import Refusal
from app.hub.answers.speech import Speech, language_asked
from app.hub.requests.problems import STATUS, ProblemError, RefusalError
from app.projections.hall import Hall
from tests.helpers.halls import shipped_book

SPOKEN = {code: load_language(code, paths.languages()) for code in LANGUAGES}
HALL = Hall(history=Hall().history.adopted(1, shipped_book()))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("en;q=0.2, zh-CN;q=0.8", "zh"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0", "zh"),
        ("en;q=x,zh;q=0.1", "zh"),
        ("*;;;,,,=", "zh"),
        ("fr", "zh"),
    ],
)
def test_the_language_asked_for(header: str, code: str) -> None:
    assert language_asked(header, SPOKEN).code == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_problem_has_its_words(code: str) -> None:
    speech = Speech(SPOKEN[code], HALL)
    for name, status in STATUS.items():
        problem = speech.problem(ProblemError(name, field="place.lon", role="handler", seconds=3))
        assert problem.status == status
        assert problem.title
        assert problem.detail
        assert "{" not in problem.detail
        assert problem.type == f"urn:muster:problem:{name}"


def test_a_refusal_names_things() -> None:
    speech = Speech(SPOKEN["en"], HALL)
    refusal = Refusal("wrong_state", params={"state": "reported", "action": "dispatch"})
    problem = speech.problem(RefusalError(refusal, "dispatch"))
    assert (problem.status, problem.code, problem.rule) == (409, "wrong_state", "wrong_state")
    assert "reported" not in problem.detail
    assert speech.state("reported") in problem.detail
    guard = speech.problem(RefusalError(Refusal("guard", params={"guard": "before_due"}), "extend"))
    assert (guard.code, guard.rule) == ("guard", "before_due")


def test_a_broken_disk_says_nothing_of_its_paths() -> None:
    problem = Speech(SPOKEN["en"], HALL).failure(WorldError("disk_full", path="/srv/secret/muster.db"))
    assert (problem.status, problem.code) == (503, "disk_full")
    assert "secret" not in problem.detail
