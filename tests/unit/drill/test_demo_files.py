"""The shipped demo data agree with the rules and with each other; broken files are told apart by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.domain.code import CHANNEL_LETTERS
from app.drill.addresses import ROAD
from app.drill.demo_files import load_demo
from app.drill.rhythm import HOURS
from tests.helpers.halls import shipped_book
from tests.unit.drill.made import DEMO_FOLDER, demo

IN_SEASON = {"1206"}
"""Heating is asked for in winter only, in the north: the demo district has none."""


def test_every_category_arrives_and_has_words() -> None:
    leaves = {code for code, category in shipped_book().categories.items() if category.parent}
    assert set(demo().mix.categories) == leaves - IN_SEASON
    assert set(demo().phrases.reports) == set(demo().mix.categories)


def test_common_categories_are_said_in_several_ways() -> None:
    phrases = demo().phrases
    common = sorted(demo().mix.categories.items(), key=lambda item: -item[1].weight)[:60]
    for code, _ in common:
        ways = {*phrases.reports[code], *phrases.patrol.get(code, ()), *phrases.camera.get(code, ())}
        assert len(ways) >= 3, code


def test_mix_refers_to_what_exists() -> None:
    mix, kinds = demo().mix, {ROAD, *(kind.kind for kind in demo().names.places)}
    for code, category in mix.categories.items():
        assert category.weight > 0, code
        assert category.channels in mix.channels, code
        assert category.hours in mix.hours, code
        assert category.places, code
        assert set(category.places) <= kinds, code
    assert all(len(weights) == HOURS and sum(weights) > 0 for weights in mix.hours.values())
    assert {channel for group in mix.channels.values() for channel in group} <= set(CHANNEL_LETTERS)
    assert set(mix.arrivals.categorised) <= set(CHANNEL_LETTERS)
    assert set(mix.monthly) == set(demo().names.scales)


def test_form_phrases_name_fields_of_the_rules() -> None:
    book = shipped_book()
    for key in demo().phrases.forms:
        action, _, field = key.partition(".")
        assert action in book.transitions, key
        assert field in {f.id for f in book.transitions[action].fields}, key


def test_shares_are_shares() -> None:
    habits = demo().habits
    shares = {name: getattr(habits.shares, name) for name in habits.shares.__struct_fields__}
    assert all(0 <= share <= 1 for share in shares.values()), shares
    assert sum(p.share for p in habits.punctuality) == pytest.approx(1)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("names.toml", "code = "),
        ("mix.toml", "[monthly]\ncounty = 'many'"),
        ("life.toml", "[shares]\nlaziness = 0.5"),
        ("phrases.toml", "\x00"),
    ],
)
def test_broken_file_is_named(tmp_path: Path, file: str, text: str) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(DEMO_FOLDER, folder)
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        load_demo(folder)
    assert caught.value.key == "demo_file_broken"
    assert caught.value.params["file"] == file
    assert caught.value.params["reason"]


def test_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(DEMO_FOLDER, folder)
    (folder / "names.toml").write_bytes("label = '栖云区'".encode("gb18030"))
    with pytest.raises(WorldError) as caught:
        load_demo(folder)
    assert (caught.value.key, caught.value.params["file"]) == ("demo_file_broken", "names.toml")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        load_demo(tmp_path)
    assert (caught.value.key, caught.value.params["file"]) == ("demo_file_missing", "names.toml")
