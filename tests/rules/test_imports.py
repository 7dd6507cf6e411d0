"""Who may know whom: the contracts hold for the tree, and each one breaks when it is broken on purpose."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from itertools import permutations, product
from pathlib import Path

import pytest

from tests.rules.tree import ROOT

# The rooms of app from top to bottom; those in one row do not know each other. It stands here once more, so
# that nobody turns a direction around by editing the contract alone.
FLOORS = [
    ["bootstrap"],
    ["viewmodels", "hub"],
    ["drill", "insight"],
    ["intake", "dispatch", "feeds", "sync", "clerk"],
    ["triage"],
    ["commands"],
    ["projections", "live"],
    ["log", "geo"],
    ["domain"],
    ["base"],
]
ROOMS = [room for floor in FLOORS for room in floor]
SQL_ROOMS = {"log", "projections", "live"}
IMPURE = ["asyncio", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time"]
SEEN_BY_VIEWS = {"viewmodels", "commands", "base"}

MODULES = [
    "app/bootstrap",
    "app/base/clock",
    "widgets/table",
    "views/shell",
    "views/registry",
    "views/panels/board",
    "views/panels/map",
    "views/windows/wall",
]

VERDICT = re.compile(r"^(?P<name>.+) (?P<verdict>KEPT|BROKEN)(?: \(.*\))?$", re.MULTILINE)
CONTRACTS = {
    "rooms": "the rooms of app, top to bottom, and no stray room",
    "halves": "views stand on top; app and widgets never meet",
    "headless": "app knows no Qt",
    "views-of-app": "of app, views know only viewmodels, commands and base; the shell also bootstrap",
    "islands": "panels do not know each other",
    "sql": "only log, projections and live speak SQL",
    "pure": "domain does no I/O and knows no clock and no chance",
    "no-folium": "folium stays out until the one exporter that writes HTML exists",
}
NAMES = {name: ident for ident, name in CONTRACTS.items()}


def lint(root: Path) -> tuple[set[str], str]:
    """(ids of the broken contracts, everything said) for the tree at `root`; fails unless all were judged."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import import_linter; import_linter()",
            "lint",
            "--no-cache",
            "--no-logo",
        ],
        cwd=root,
        env={**os.environ, "COLUMNS": "400", "PYTHONPATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    verdicts = {
        NAMES.get(match["name"], match["name"]): match["verdict"] for match in VERDICT.finditer(done.stdout)
    }
    assert set(verdicts) == set(CONTRACTS), done.stdout + done.stderr
    broken = {ident for ident, verdict in verdicts.items() if verdict == "BROKEN"}
    assert (done.returncode == 0) == (not broken), done.stdout + done.stderr
    return broken, done.stdout


def skeleton(root: Path) -> None:
    """The house with every room empty: what the contracts are about, and nothing else."""
    packages = [f"app/{room}" for room in ROOMS if room != "bootstrap"]
    for package in ["app", *packages, "widgets", "views", "views/panels", "views/windows"]:
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").touch()
    for module in MODULES:
        (root / f"{module}.py").touch()
    shutil.copy(ROOT / "pyproject.toml", root)


def add(root: Path, module: str, *imports: str) -> None:
    """Let `module` (a path without .py) import what `imports` name."""
    path = root / f"{module}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"import {name}\n" for name in imports)


def test_the_tree_keeps_every_contract() -> None:
    broken, said = lint(ROOT)
    assert broken == set(), said


def test_what_is_allowed_breaks_nothing(tmp_path: Path) -> None:
    skeleton(tmp_path)
    add(tmp_path, "app/bootstrap", *(f"app.{room}" for room in ROOMS if room != "bootstrap"))
    add(
        tmp_path,
        "views/panels/board",
        "app.viewmodels",
        "app.commands",
        "app.base.clock",
        "widgets.table",
        "PySide6",
    )
    add(tmp_path, "views/registry", "views.panels.board", "views.panels.map")
    add(tmp_path, "views/shell", "app.bootstrap", "views.registry", "qasync")
    add(tmp_path, "app/log/store", "sqlalchemy", "sqlcipher3", "app.domain", "time")
    add(tmp_path, "app/projections/board", "sqlite3", "app.log.store")
    add(tmp_path, "app/live/tracks", "sqlalchemy")
    add(tmp_path, "app/commands/accept", "app.log.store", "app.projections.board")
    add(tmp_path, "app/base/clock", "time", "pathlib")
    add(tmp_path, "app/domain/report", "app.base.clock", "msgspec", "datetime")
    add(tmp_path, "widgets/table", "PySide6", "numpy")
    broken, said = lint(tmp_path)
    assert broken == set(), said


def wrong_imports() -> dict[str, set[tuple[str, str]]]:
    """For each contract every (importer, imported) that must break it, and it alone."""
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    inside = {room: f"app.{room}" if room == "bootstrap" else f"app.{room}.planted" for room in ROOMS}
    glass = ["views.registry", "views.shell", "views.panels.board", "views.windows.wall"]
    everywhere = [*inside.values(), *glass, "widgets.table"]
    sql_free = [inside[room] for room in ROOMS if room not in SQL_ROOMS | {"domain"}]
    unseen = [f"app.{room}" for room in ROOMS if room not in SEEN_BY_VIEWS]
    return {
        "rooms": {
            (inside[low], f"app.{high}") for low, high in permutations(ROOMS, 2) if floor[low] >= floor[high]
        },
        "headless": set(product(inside.values(), ["PySide6", "shiboken6", "qasync", "pyqtgraph"])),
        "halves": set(product(inside.values(), ["widgets.table", "views.registry"]))
        | {("widgets.table", "app.base.clock"), ("widgets.table", "views.registry")},
        "views-of-app": set(product(glass, unseen)) - {("views.shell", "app.bootstrap")},
        "islands": {("views.panels.board", "views.panels.map"), ("views.panels.map", "views.panels.board")},
        "sql": set(product([*sql_free, *glass, "widgets.table"], ["sqlalchemy", "sqlcipher3", "sqlite3"])),
        "pure": set(product([inside["domain"]], IMPURE)),
        "no-folium": set(product(everywhere, ["folium"])),
    }


def _named(said: str) -> set[tuple[str, str]]:
    """(importer, imported) of each wrong import that is shown."""
    return {(match[1], match[2]) for match in re.finditer(r"(\S+) -> (\S+) \(l\.", said)}


@pytest.mark.parametrize(("contract", "wrong"), wrong_imports().items(), ids=wrong_imports())
def test_every_wrong_import_breaks_its_contract_alone(
    tmp_path: Path, contract: str, wrong: set[tuple[str, str]]
) -> None:
    skeleton(tmp_path)
    for importer, imported in sorted(wrong):
        add(tmp_path, importer.replace(".", "/"), imported)
    broken, said = lint(tmp_path)
    assert broken == {contract}
    assert wrong <= _named(said)


def test_every_contract_has_its_wrong_imports() -> None:
    assert set(wrong_imports()) == set(CONTRACTS)
    assert all(wrong_imports().values())


@pytest.mark.parametrize("stray", ["app/stray", "app/stray/__init__"])
def test_a_stray_room_breaks_the_house(tmp_path: Path, stray: str) -> None:
    skeleton(tmp_path)
    add(tmp_path, stray)
    assert lint(tmp_path)[0] == {"rooms"}


def test_a_folder_that_is_no_package_cannot_hide(tmp_path: Path) -> None:
    # The contracts see packages only; ruff sees the folder, by the settings of the tree.
    skeleton(tmp_path)
    add(tmp_path, "app/stray/hidden", "PySide6")
    assert lint(tmp_path)[0] == set()
    words = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "app"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert re.search(r"^app.stray.hidden\.py:1:1: INP001", done.stdout, re.MULTILINE), done.stdout
