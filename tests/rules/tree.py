"""The source files that the rules are about, and where in them the docstrings stand."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Not ours, or not source.
OUTSIDE = frozenset({"tests", "build", "dist"})

STRING_TOKENS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def sources(root: Path, *rooms: str) -> list[Path]:
    """Every .py file below the named folders of `root`; without names, every one outside tests."""
    found = [path for room in rooms or (".",) for path in (root / room).rglob("*.py")]
    return sorted(path for path in found if not _outside(path.relative_to(root)))


def _outside(path: Path) -> bool:
    return any(part in OUTSIDE or part.startswith(".") for part in path.parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def docstring_lines(tree: ast.Module) -> set[int]:
    """The numbers of all lines on which a docstring, or a string standing alone as a comment, stands."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text as written) of every string that is not a docstring; escapes stay escapes."""
    silent = docstring_lines(parse(path))
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type in STRING_TOKENS and token.start[0] not in silent:
            yield token.start[0], token.string


def called(call: ast.Call) -> str:
    """The last name of what is called: `text` for both `text(…)` and `language.text(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def place(root: Path, path: Path, line: int) -> str:
    return f"{path.relative_to(root)}:{line}"
