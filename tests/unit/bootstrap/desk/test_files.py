"""A desk's own files: the hall's come before those that are shipped, and a broken one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.base.paths import own_config
from app.bootstrap.desk.files import FILE_BYTES_MAX, read_desk_settings, read_phones
from app.commands.rules_files import load_rules
from tests.helpers.halls import RULES_FOLDER


def own(data: Path, name: str, content: bytes) -> Path:
    path = own_config(data) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_shipped_phones_cover_every_department(tmp_path: Path) -> None:
    rules = load_rules(RULES_FOLDER).rules
    assert rules is not None
    assert set(read_phones(tmp_path)) == {department.code for department in rules.departments}
    assert len(set(read_phones(tmp_path).values())) == len(rules.departments)


def test_a_halls_own_phones_take_the_place_of_the_shipped(tmp_path: Path) -> None:
    own(tmp_path, "phones.csv", "\ufeffunit,phone\nSZ, 010-1234 \nJD@990101001,60001\n".encode())
    assert read_phones(tmp_path) == {"SZ": "010-1234", "JD@990101001": "60001"}


@pytest.mark.parametrize(
    "content",
    [
        b"unit,number\nSZ,1\n",
        b"unit,phone\nSZ,1\nSZ,2\n",
        b"unit,phone\n,1\n",
        b"unit,phone\nSZ," + b"1" * 41 + b"\n",
        b"\xff\xfe\x00",
        b"unit,phone\n" + b"x" * FILE_BYTES_MAX,
        b"",
    ],
)
def test_phones_that_cannot_be_used_are_named(tmp_path: Path, content: bytes) -> None:
    path = own(tmp_path, "phones.csv", content)
    with pytest.raises(WorldError) as raised:
        read_phones(tmp_path)
    assert (raised.value.key, raised.value.params["path"]) == ("phones_unreadable", str(path))


def test_the_list_is_printed_after_an_hour_unless_the_hall_says_otherwise(tmp_path: Path) -> None:
    assert read_desk_settings(tmp_path).print_open_list_after_min == 60
    own(tmp_path, "desk.toml", b"print_open_list_after_min = 0\n")
    assert read_desk_settings(tmp_path).print_open_list_after_min == 0


@pytest.mark.parametrize("content", [b"print_open_list_after_min = -1", b"print_after = 3", b"= ="])
def test_settings_that_cannot_be_used_are_named(tmp_path: Path, content: bytes) -> None:
    path = own(tmp_path, "desk.toml", content)
    with pytest.raises(WorldError) as raised:
        read_desk_settings(tmp_path)
    assert (raised.value.key, raised.value.params["path"]) == ("desk_settings_unreadable", str(path))


def test_a_directory_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (own_config(tmp_path) / "phones.csv").mkdir(parents=True)
    with pytest.raises(WorldError):
        read_phones(tmp_path)
