"""The keys: every step has one, no two of one role share one, and a wrong file is told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.viewmodels.case_view import AGREE, TURN_DOWN
from app.viewmodels.request_words import ASK
from tests.helpers.desk import KEYS
from tests.helpers.halls import shipped_book
from views.keys import key_name, load_keys


def test_every_step_a_person_may_take_has_a_key() -> None:
    keys, book = load_keys(KEYS), shipped_book()
    steps = {
        transition.action
        for transition in book.transitions.values()
        if transition.sources and set(transition.by) - {"system"}
    }
    assert steps | {AGREE, TURN_DOWN, ASK} == set(keys.case)


def test_no_two_steps_of_one_role_have_the_same_key() -> None:
    keys, book = load_keys(KEYS), shipped_book()
    for role in book.roles.values():
        if role.side == "system":
            continue
        seen: dict[str, str] = {}
        steps = [t.action for t in book.transitions.values() if role.id in t.by and t.sources]
        for action in [*steps, AGREE, TURN_DOWN]:
            name = key_name(keys.case[action])
            assert name not in seen, (role.id, action, seen.get(name))
            seen[name] = action


def test_no_step_has_a_key_of_the_console() -> None:
    keys = load_keys(KEYS)
    console = {key_name(key) for key in keys.console.values()}
    assert not console & {key_name(key) for key in keys.case.values()}


@pytest.mark.parametrize(
    ("old", "new", "key", "params"),
    [
        ('report = "F2"', "", "keys_lacking", {"action": "report"}),
        ('next = "F4"', 'next = "F2"', "keys_twice", {"first": "report", "second": "next"}),
        ('next = "F4"', 'next = "Foo"', "keys_unknown", {"shortcut": "Foo"}),
        ("[case]", "[other]\n[case]", "keys_unreadable", {}),
        ('next = "F4"', "next = F4", "keys_unreadable", {}),
    ],
)
def test_a_wrong_file_is_told_in_one_line(
    tmp_path: Path, old: str, new: str, key: str, params: dict[str, str]
) -> None:
    text = KEYS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "keys.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        load_keys(path)
    assert caught.value.key == key
    assert {name: str(caught.value.params[name]) for name in params} == params


def test_a_missing_file_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        load_keys(tmp_path / "keys.toml")
    assert caught.value.key == "keys_unreadable"
