"""Small and even: no long file, no long function, and half of all files well below the limit."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

from tests.rules.tree import ROOT, parse, place, sources

FILE_LINES = 500
FUNCTION_LINES = 70
MEDIAN_LINES = 170


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_files(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in sources(root) if line_count(path) > FILE_LINES]


def long_functions(root: Path) -> list[str]:
    return [
        f"{place(root, path, node.lineno)} {node.name}"
        for path in sources(root)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (node.end_lineno or node.lineno) - node.lineno + 1 > FUNCTION_LINES
    ]


def test_no_file_is_long() -> None:
    assert long_files(ROOT) == []


def test_no_function_is_long() -> None:
    assert long_functions(ROOT) == []


def test_half_the_files_are_small() -> None:
    lines = [line_count(path) for path in sources(ROOT)]
    assert median(lines) < MEDIAN_LINES


def test_a_long_file_and_a_long_function_are_found(tmp_path: Path) -> None:
    room = tmp_path / "app"
    room.mkdir()
    (room / "file.py").write_text("x = 1\n" * (FILE_LINES + 1), encoding="utf-8")
    body = "    x = 1\n" * FUNCTION_LINES
    (room / "function.py").write_text(f"def long():\n{body}", encoding="utf-8")
    assert long_files(tmp_path) == ["app/file.py"]
    assert long_functions(tmp_path) == ["app/function.py:1 long"]
