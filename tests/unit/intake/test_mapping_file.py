"""Mappings: the shipped ones are sound, and each fault is told in one line by key and rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.commands.rules_files import load_rules
from app.intake.mapping import AnyOf, TableMapping
from app.intake.mapping_file import MAPPING_BYTES_MAX, load_mapping
from tests.unit.intake.sinks import language

CONFIG = Path(__file__).parents[3] / "config"

PLAIN = """
kind = "history"
source = "old"
timezone = "Asia/Shanghai"
time_formats = ["%Y-%m-%d %H:%M:%S"]
[columns]
external = "id"
what = ["kind", "text"]
received_at = "in"
category = "kind"
[constants]
channel = "hotline"
[position]
lon = { any = ["lon", "x"] }
lat = "lat"
crs = "gcj02"
"""


def load(tmp_path: Path, text: str, categories: frozenset[str] | None = None) -> TableMapping:
    path = tmp_path / "m.toml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path, categories)


def test_a_plain_mapping_is_read(tmp_path: Path) -> None:
    mapping = load(tmp_path, PLAIN)
    assert mapping.columns["what"] == ("kind", "text")
    assert mapping.position is not None
    assert mapping.position.lon == AnyOf(("lon", "x"))


@pytest.mark.parametrize("path", sorted((CONFIG / "mappings").glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_mappings_fit_the_shipped_rules(path: Path) -> None:
    rules = load_rules(CONFIG / "rules").rules
    assert rules is not None
    mapping = load_mapping(path, frozenset(category.code for category in rules.categories if category.parent))
    assert mapping.columns


FAULTS = [
    ('kind = "history"', 'kind = "cases"', "kind", "mapping_value_not_allowed"),
    ('kind = "history"', "", "kind", "mapping_key_missing"),
    ('kind = "history"', 'kind = "history"\ncolour = "red"', "colour", "mapping_key_unknown"),
    ('crs = "gcj02"', 'crs = "gcj02"\nheight = "z"', "position.height", "mapping_key_unknown"),
    ('crs = "gcj02"', 'crs = "utm"', "position.crs", "mapping_value_not_allowed"),
    ('lat = "lat"', "lat = 5", "position.lat", "mapping_value_wrong_type"),
    ('external = "id"', 'external = ""', "columns.external", "mapping_column_nameless"),
    ('external = "id"', "external = []", "columns.external", "mapping_column_nameless"),
    ('external = "id"', 'external = { any = ["id", " "] }', "columns.external", "mapping_column_nameless"),
    ('external = "id"', "", "columns.external", "mapping_field_missing"),
    ('external = "id"', 'external = "id"\nflat = "door"', "columns.flat", "mapping_field_unknown"),
    ('channel = "hotline"', 'channel = "hotline"\nwhat = "x"', "constants.what", "mapping_field_twice"),
    ('channel = "hotline"', 'channel = "smoke"', "constants.channel", "mapping_channel_unknown"),
    ("[columns]", '[channels]\nCall = "smoke"\n[columns]', "channels.Call", "mapping_channel_unknown"),
    ("[columns]", '[categories]\nLamp = "0699"\n[columns]', "categories.Lamp", "mapping_category_unknown"),
    ("[columns]", 'required = ["due_at"]\n[columns]', "required", "mapping_field_without_column"),
    ("[columns]", 'optional = ["what"]\n[columns]', "optional", "mapping_field_not_optional"),
    (
        "[columns]",
        'required = ["lon"]\noptional = ["lon"]\n[columns]',
        "optional",
        "mapping_required_and_optional",
    ),
    ('source = "old"', 'source = "old:one"', "source", "mapping_source_form"),
    ('source = "old"', 'source = ""', "source", "mapping_source_form"),
    ("Asia/Shanghai", "Asia/Nowhere", "timezone", "mapping_timezone_unknown"),
    ("Asia/Shanghai", "../../etc/passwd", "timezone", "mapping_timezone_unknown"),
    ('time_formats = ["%Y-%m-%d %H:%M:%S"]', "", "time_formats", "mapping_time_formats_missing"),
    ("%Y-%m-%d %H:%M:%S", "%H:%M", "time_formats[0]", "mapping_time_format"),
    ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %I:%M", "time_formats[0]", "mapping_time_format"),
    ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %Q", "time_formats[0]", "mapping_time_format"),
    (
        'crs = "gcj02"',
        'crs = "gcj02"\nplaceholders = [{ lon = 0, lat = 91 }]',
        "position.placeholders[0]",
        "mapping_degrees",
    ),
    (
        'crs = "gcj02"',
        'crs = "gcj02"\ndistrict = { west = 2, south = 1, east = 1, north = 2 }',
        "position.district",
        "mapping_box",
    ),
    ('kind = "history"', 'kind = "reports"', "columns.received_at", "mapping_field_unknown"),
]


@pytest.mark.parametrize(("old", "new", "key", "rule"), FAULTS)
def test_each_fault_names_its_key(tmp_path: Path, old: str, new: str, key: str, rule: str) -> None:
    assert PLAIN.count(old) == 1
    with pytest.raises(WorldError) as caught:
        load(tmp_path, PLAIN.replace(old, new), frozenset({"0602"}))
    assert (caught.value.key, caught.value.params.get("where")) == (rule, key)
    for code in ("zh", "en"):
        line = language(code).error(caught.value)
        assert "m.toml" in line
        assert key in line
        assert "\n" not in line


REPORTS = """
kind = "reports"
source = "list"
timezone = "Asia/Shanghai"
time_formats = ["%Y-%m-%d %H:%M:%S"]
yes = ["yes"]
no = ["no"]
[columns]
external = "id"
channel = "channel"
what = "text"
urgent = "urgent"
"""


@pytest.mark.parametrize(
    ("old", "new", "key", "rule"),
    [
        ('external = "id"\n', "", "columns", "mapping_identity_missing"),
        ('yes = ["yes"]\n', "", "yes", "mapping_yes_no_missing"),
        ('no = ["no"]', 'no = ["no", "YES"]', "no", "mapping_yes_and_no"),
        (
            'external = "id"\n',
            'occurred_at = "t"\n[constants]\nexternal = "1"\n[columns2]\n',
            "columns2",
            "mapping_key_unknown",
        ),
        ('what = "text"', 'what = "text"\njoins = "case"', "columns.joins", "mapping_field_unknown"),
    ],
)
def test_faults_of_reports(tmp_path: Path, old: str, new: str, key: str, rule: str) -> None:
    load(tmp_path, REPORTS)
    with pytest.raises(WorldError) as caught:
        load(tmp_path, REPORTS.replace(old, new))
    assert (caught.value.key, caught.value.params["where"]) == (rule, key)


def test_one_number_for_all_rows_is_refused(tmp_path: Path) -> None:
    text = REPORTS.replace('external = "id"', 'occurred_at = "t"') + '[constants]\nexternal = "1"\n'
    with pytest.raises(WorldError) as caught:
        load(tmp_path, text)
    assert (caught.value.key, caught.value.params["where"]) == (
        "mapping_external_constant",
        "constants.external",
    )


def test_what_is_no_toml_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        load(tmp_path, 'kind = "history"\nsource = \n')
    assert caught.value.key == "mapping_syntax"
    assert "line 2" in language().error(caught.value)
    (tmp_path / "m.toml").write_bytes('kind = "热线"'.encode("gb18030"))
    with pytest.raises(WorldError) as caught:
        load_mapping(tmp_path / "m.toml")
    assert caught.value.key == "mapping_syntax"
    with pytest.raises(WorldError) as caught:
        load(tmp_path, "a = " + "[" * 100_000)
    assert caught.value.key == "mapping_syntax"


def test_a_missing_or_huge_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        load_mapping(tmp_path / "none.toml")
    assert caught.value.key == "mapping_unreadable"
    with pytest.raises(WorldError) as caught:
        load_mapping(tmp_path)
    assert caught.value.key == "mapping_unreadable"
    with pytest.raises(WorldError) as caught:
        load(tmp_path, "#" * (MAPPING_BYTES_MAX + 1))
    assert caught.value.key == "mapping_too_big"
    assert "m.toml" in language().error(caught.value)
