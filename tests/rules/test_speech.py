"""No words and no colours in code: sentences live in the language catalogue, colours in the theme."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.rules.tree import ROOT, called, parse, place, sources, strings

CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
# In a style sheet `#name` may also select a widget; a colour stands after the colon.
STYLE_COLOUR = re.compile(r":[^;{}]*(?:#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\()")
COLOUR_MAKERS = frozenset(
    {"QColor", "fromRgb", "fromRgba", "fromRgbF", "fromHsv", "fromHsl", "setRgb", "setHsv"}
)

# What Qt shows to a person when it is handed a string.
SHOWN = frozenset(
    """
    QLabel QPushButton QToolButton QCheckBox QRadioButton QGroupBox QAction addAction addItem addTab drawText
    setText setTitle setWindowTitle setToolTip setStatusTip setWhatsThis setPlaceholderText
    setAccessibleName setAccessibleDescription setInformativeText showMessage
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


def _pattern_lines(tree: ast.Module) -> set[int]:
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def chinese(root: Path, *rooms: str) -> list[str]:
    """Where Chinese stands in a string of the code; a regular expression reads and does not speak."""
    found = set()
    for path in sources(root, *rooms):
        lines = {line for line, text in strings(path) if CHINESE.search(text)}
        found |= {place(root, path, line) for line in lines - _pattern_lines(parse(path))}
    return sorted(found)


def _constants(call: ast.Call) -> Iterator[object]:
    return (arg.value for arg in call.args if isinstance(arg, ast.Constant))


def _is_colour(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in COLOUR_MAKERS and any(True for _ in _constants(node))
    if isinstance(node, ast.Attribute) and node.attr != "transparent":
        return isinstance(node.value, ast.Attribute) and node.value.attr == "GlobalColor"
    return False


def colours(root: Path, *rooms: str) -> list[str]:
    """Where a colour stands in the code outside the theme."""
    found = set()
    for path in sources(root, *rooms):
        if path.relative_to(root).as_posix().startswith("widgets/theme"):
            continue
        found |= {place(root, path, line) for line, text in strings(path) if COLOUR.search(text)}
        found |= {place(root, path, node.lineno) for node in ast.walk(parse(path)) if _is_colour(node)}
    return sorted(found)


def style_colours(root: Path) -> list[str]:
    """Where a colour stands in a style sheet instead of a token's name."""
    return [
        place(root, path, number)
        for path in sorted((root / "resources" / "styles").rglob("*.qss"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if STYLE_COLOUR.search(line)
    ]


def _shows_letters(call: ast.Call) -> bool:
    return called(call) in SHOWN and any(
        isinstance(value, str) and any(letter.isalpha() for letter in value) for value in _constants(call)
    )


def shown(root: Path, *rooms: str) -> list[str]:
    """Where a string of the code goes straight to the glass."""
    return [
        place(root, path, node.lineno)
        for path in sources(root, *rooms)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and _shows_letters(node)
    ]


def test_no_chinese_in_code() -> None:
    assert chinese(ROOT, "app", "widgets", "views") == []


def test_no_words_go_straight_to_the_glass() -> None:
    assert shown(ROOT, "widgets", "views") == []


def test_no_colours_outside_the_theme() -> None:
    assert colours(ROOT, "widgets", "views") == []


def test_style_sheets_name_tokens_not_colours() -> None:
    assert style_colours(ROOT) == []


def _plant(root: Path, name: str, lines: Iterable[str]) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_chinese_is_found_in_strings_only(tmp_path: Path) -> None:
    lines = [
        '"""集结 is named here."""',
        "# 注",
        'A = "报警"',
        'B = f"{A} 超期"',
        r'C = "[\u4e00-\u9fff]"',
        'D = re.compile("[室房]")',
    ]
    _plant(tmp_path, "app/said.py", lines)
    assert chinese(tmp_path, "app") == ["app/said.py:3", "app/said.py:4"]


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('label.setText("Overdue")', True),
        ('QLabel("Overdue", parent)', True),
        ("label.setText(title)", False),
        ('label.setText("")', False),
        ('label.setObjectName("title")', False),
    ],
)
def test_shown_words_are_found(tmp_path: Path, line: str, is_found: bool) -> None:
    _plant(tmp_path, "views/panel.py", [line])
    assert shown(tmp_path, "views") == (["views/panel.py:1"] if is_found else [])


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ('A = "#d03050"', True),
        ('A = f"color: #fff; {x}"', True),
        ("A = QColor(1, 2, 3)", True),
        ('A = QColor("red")', True),
        ("A = QColor.fromRgb(0xFFFFFF)", True),
        ("A = Qt.GlobalColor.red", True),
        ("A = Qt.GlobalColor.transparent", False),
        ('A = theme.colour("overdue")', False),
        ('A = "#board"', False),
        ("A = QColor(tint)", False),
    ],
)
def test_colours_are_found(tmp_path: Path, line: str, is_found: bool) -> None:
    _plant(tmp_path, "views/panel.py", [line])
    _plant(tmp_path, "widgets/theme.py", ['A = "#d03050"'])
    assert colours(tmp_path, "widgets", "views") == (["views/panel.py:1"] if is_found else [])


def test_a_colour_in_a_style_sheet_is_found(tmp_path: Path) -> None:
    lines = [
        "#face { color: {text1}; }",
        "QLabel { color: #abcdef; }",
        "QFrame { border: 1px solid rgba(0,0,0,9); }",
    ]
    _plant(tmp_path, "resources/styles/wall.qss", lines)
    assert style_colours(tmp_path) == ["resources/styles/wall.qss:2", "resources/styles/wall.qss:3"]
