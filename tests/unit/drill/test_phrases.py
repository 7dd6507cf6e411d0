"""Words: a repeat is said otherwise, and each channel speaks in its own voice."""

from __future__ import annotations

import random

from tests.unit.drill.made import demo


def test_a_repeat_is_said_in_other_words() -> None:
    phrases = demo().phrases
    for seed in range(40):
        rng = random.Random(seed)
        _, first = phrases.report(rng, "0201", "phone", "云锦花园3栋", "")
        _, again = phrases.report(rng, "0201", "phone", "云锦花园3栋", first)
        assert again != first


def test_the_only_words_there_are_serve_again() -> None:
    phrases, rng = demo().phrases, random.Random(1)
    only = phrases.device["0704"][0]
    assert phrases.report(rng, "0704", "sensor", "云锦花园3栋", only)[1] == only


def test_voices() -> None:
    phrases, rng = demo().phrases, random.Random(2)
    assert phrases.report(rng, "0404", "grid", "此处", "")[1] in phrases.patrol["0404"]
    assert phrases.report(rng, "0404", "video", "此处", "")[1] in phrases.camera["0404"]
    assert phrases.report(rng, "0102", "video", "此处", "")[1] in phrases.patrol["0102"]
    assert phrases.report(rng, "0901", "grid", "此处", "")[1] in phrases.reports["0901"]
    assert phrases.report(rng, "0404", "phone", "此处", "")[0].startswith("此处")


def test_a_field_without_words_of_its_own_takes_those_of_its_type() -> None:
    phrases, rng = demo().phrases, random.Random(3)
    assert phrases.field(rng, "no_such_action", "text", "text") in phrases.field_types["text"]
    assert phrases.field(rng, "recall", "reason", "text") == phrases.forms["recall.reason"][0]
