"""JSON in every shape of the trade, and what is no JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import WorldError
from app.intake.tables.json_text import JsonText
from app.intake.tables.json_walk import elements
from app.intake.tables.opening import open_table
from app.intake.tables.table import COLUMNS_MAX, RECORD_CHARS_MAX
from tests.unit.intake.tables.faults import fault, read


def written(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "a.json") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding=encoding, newline="")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('[{"id": 1, "what": "路灯不亮"},\n {"id": 2, "area": "滨河"}]', [1, 2]),
        (
            '{"total": 2,\n"rows": [\n{"id": 1, "what": "路灯不亮"},{"id": 2, "area": "滨河"}], "x": [1]}',
            [3, 3],
        ),
        ('{"data": {"list": [{"id": 1, "what": "路灯不亮"}, {"id": 2, "area": "滨河"}]}}', [1, 1]),
        ('{"id": 1, "what": "路灯不亮"}\n\n{"id": 2, "area": "滨河"}\n', [1, 3]),
    ],
)
def test_every_shape_gives_the_same_records(
    tmp_path: Path, text: str, lines: list[int], encoding: str
) -> None:
    path = written(tmp_path, text, encoding)
    header, records = read(path)
    assert header == ["id", "what", "area"]
    assert [record.cells for record in records] == [["1", "路灯不亮", ""], ["2", "", "滨河"]]
    assert [record.line for record in records] == lines


def test_values_are_taken_as_they_are_written(tmp_path: Path) -> None:
    value = (
        '[{"n": 1.10, "long": 12345678901234567890, "code": "0602", "yes": true, "none": null, '
        '"at": {"lon": 117.10, "x": {"y": "z"}}, "list": ["甲", 1, {"a": false}]}]'
    )
    header, records = read(written(tmp_path, value))
    assert dict(zip(header, records[0].cells, strict=True)) == {
        "n": "1.10",
        "long": "12345678901234567890",
        "code": "0602",
        "yes": "true",
        "none": "",
        "at.lon": "117.10",
        "at.x.y": "z",
        "list": '["甲","1",{"a":false}]',
    }


def test_an_element_that_says_nothing_certain_is_refused_alone(tmp_path: Path) -> None:
    deep = '{"a":' * 40 + "1" + "}" * 40
    items = [
        '{"id": 1}',
        "7",
        '{"id": 2, "id": 3}',
        '{"id": "\\ud83d"}',
        f'{{"id": {deep}}}',
        '{"a.b": 1, "a": {"b": 2}}',
        '{"id": 4}',
    ]
    _, records = read(written(tmp_path, f"[{','.join(items)}]"))
    assert [record.fault.code if record.fault else record.cells for record in records] == [
        ["1"],
        "import_not_object",
        "import_key_twice",
        "import_half_character",
        "import_deep",
        "import_key_twice",
        ["4"],
    ]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "import_empty"),
        ("  \n ", "import_empty"),
        ("[]", "import_empty"),
        ("[1, 2]", "import_json_none"),
        ('"x"', "import_json_syntax"),
        ("nothing", "import_json_syntax"),
        ('[{"id": 1}', "import_json_syntax"),
        ('[{"id": 1},]', "import_json_syntax"),
        ('[{"id": NaN}]', "import_json_syntax"),
        ('[{"id": 1}] x', "import_json_syntax"),
        ('{"rows": [{"id": 1}], 7: 1}', "import_json_syntax"),
        ('{"id": 1}\n{"id": \n', "import_json_syntax"),
        ("[" * 100_000, "import_json_syntax"),
        ('{"a":' * 100_000, "import_deep_file"),
        (f'[{{"id": "{"x" * (RECORD_CHARS_MAX + 1)}"}}]', "import_json_long"),
        (f'[{{"id": "{"x" * (4 * RECORD_CHARS_MAX)}"}}]', "import_json_long"),
        ('{"a": [{"id": 1}], "b": [{"id": 2}]}', "import_records_which"),
        (json.dumps([{str(n): 1 for n in range(COLUMNS_MAX + 1)}]), "import_columns_many"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, text: str, key: str) -> None:
    assert fault(written(tmp_path, text)) == key


def test_a_fault_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(WorldError) as caught:
        read(written(tmp_path, '[\n{"id": 1},\n{"id": 2,\n "what": oops}]'))
    assert caught.value.params["line"] == 4


def test_the_array_may_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, '{"data": {"open": [{"id": 1}], "done": [{"id": 2}]}}')
    assert read(path, records="done")[1][0].cells == ["2"]
    assert read(path, records="data.open")[1][0].cells == ["1"]
    assert fault(path, records="closed") == "import_records_missing"


def test_a_file_changed_between_the_walks_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"id": 1}]')
    with open_table(path) as table:
        path.write_text('[{"ix": 1}]', encoding="utf-8")
        with pytest.raises(WorldError) as caught:
            list(table.records())
    assert caught.value.key == "import_changed"


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3)
)


@given(st.lists(_VALUES, max_size=12), st.sampled_from([None, 1, 3]))
def test_the_stream_is_what_the_whole_decodes_to(values: list[object], indent: int | None) -> None:
    import io

    raw = json.dumps(values, ensure_ascii=False, indent=indent)
    text = JsonText(io.BytesIO(raw.encode()), "utf-8", Path("a.json"))
    found = [element.value for element in elements(text, Path("a.json"))]
    assert found == json.loads(raw, parse_int=str, parse_float=str)
    assert text.line == raw.count("\n") + 1
