"""The launcher in a checkout of its own: makes the environment once, says so, then stays out of the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ["sh", "cat", "cmp", "cp", "dirname", "flock", "readlink"]

# Hands back what it was given, so that a test sees what went through.
DOOR = "import sys\nprint(sys.prefix, *sys.argv[1:], sep='|')\nsys.exit(3)\n"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="muster is for sh; Windows has muster.cmd"),
]


class Checkout:
    """A copy of the launcher with a lock that names nothing, on a machine whose tools the test chooses."""

    def __init__(self, root: Path) -> None:
        self.root = root / "a checkout"
        self.tools = root / "tools"
        self.root.mkdir()
        self.tools.mkdir()
        self.venv = self.root / ".venv"
        shutil.copy(ROOT / "muster", self.root)
        (self.root / "main.py").write_text(DOOR, encoding="utf-8")
        self.lock("nothing")
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool) or tool)
        # No test installs anything: apt fails and leaves a mark, and nobody is root.
        self.tool("apt-get", 'echo "$@" >>"$0.asked"; exit 1')
        self.tool("id", "echo 1000")
        for program in ("Xvfb", "xauth", "xrandr"):
            self.tool(program, "exit 0")
        self.tool("python3", f'exec "{os.path.realpath(sys.executable)}" "$@"')

    def tool(self, name: str, script: str) -> None:
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def lock(self, words: str) -> None:
        (self.root / "requirements.lock").write_text(f"# {words}\n", encoding="utf-8")

    def begin(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.root / "muster", *words],
            env={"PATH": str(self.tools), "HOME": str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """(exit code, standard output, standard error) of one start."""
        with self.begin(*words) as start:
            said, complained = start.communicate()
        return start.returncode, said, complained

    def asked_apt(self) -> bool:
        return (self.tools / "apt-get.asked").exists()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Checkout, tuple[int, str, str]]:
    """A checkout with what its first start came to."""
    checkout = Checkout(tmp_path_factory.mktemp("made"))
    return checkout, checkout.run("import", "a file.csv", "")


@pytest.fixture
def made(first_start: tuple[Checkout, tuple[int, str, str]]) -> Checkout:
    """A checkout whose environment is made; tests leave it so."""
    return first_start[0]


@pytest.fixture
def copied(made: Checkout, checkout: Checkout) -> Checkout:
    """A checkout of the test's own whose environment is made, but whose system was never looked at."""
    shutil.copytree(made.venv, checkout.venv, symlinks=True)
    (checkout.venv / "system-checked").unlink()
    return checkout


def test_the_first_start_makes_and_says_so(first_start: tuple[Checkout, tuple[int, str, str]]) -> None:
    checkout, (code, said, complained) = first_start
    assert (code, said) == (3, f"{checkout.venv}|import|a file.csv|\n")
    steps = [line for line in complained.splitlines() if line.startswith("muster: ")]
    assert [line.split()[1] for line in steps] == ["making", "installing", "ready"]
    assert not checkout.asked_apt()


def test_the_second_start_says_nothing_and_touches_nothing(made: Checkout) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.venv.iterdir()}
    code, said, complained = made.run("verify", "--data", "d")
    assert (code, said, complained) == (3, f"{made.venv}|verify|--data|d\n", "")
    assert {path: path.stat().st_mtime_ns for path in made.venv.iterdir()} == before


def test_the_second_start_asks_neither_python_nor_apt(made: Checkout) -> None:
    # Only what compares the stamps is left on the machine.
    kept = {name: made.tools / name for name in ("python3", "apt-get", "flock", "id")}
    for path in kept.values():
        path.rename(path.with_suffix(".away"))
    try:
        assert made.run()[0] == 3
    finally:
        for path in kept.values():
            path.with_suffix(".away").rename(path)


def test_a_link_elsewhere_starts_the_same_checkout(made: Checkout, tmp_path: Path) -> None:
    link = tmp_path / "muster"
    link.symlink_to(made.root / "muster")
    done = subprocess.run([link], env={"PATH": str(made.tools)}, capture_output=True, text=True, check=False)
    assert done.stdout == f"{made.venv}\n"


def test_what_failed_is_not_kept_and_made_anew(copied: Checkout) -> None:
    (copied.root / "requirements.lock").write_text("no such thing ==\n", encoding="utf-8")
    code, said, complained = copied.run()
    assert (code, said) == (1, "")
    assert complained.splitlines()[-1].startswith("muster: the libraries could not be installed")
    assert not (copied.venv / "made-from.lock").exists()

    (copied.venv / "left-over").touch()
    copied.lock("mended")
    code, _, complained = copied.run()
    assert code == 3, complained
    assert not (copied.venv / "left-over").exists()


def test_an_environment_whose_python_is_gone_does_not_count(copied: Checkout) -> None:
    (copied.venv / "bin" / "python").unlink()
    (copied.venv / "bin" / "python").symlink_to("/nonexistent/python3.11")
    copied.tool("python3", "exit 1")
    code, _, complained = copied.run()
    assert code == 1
    assert "finds none" in complained


def test_two_starts_at_once_make_one_environment(checkout: Checkout) -> None:
    starts = [checkout.begin(), checkout.begin()]
    complaints = [start.communicate()[1] for start in starts]
    assert [start.returncode for start in starts] == [3, 3]
    assert sum("making the environment in" in complaint for complaint in complaints) == 1


def test_without_a_python_it_says_which(checkout: Checkout) -> None:
    checkout.tool("python3", "exit 1")
    code, said, complained = checkout.run()
    assert (code, said) == (1, "")
    assert complained.startswith("muster: needs Python 3.11, 3.12 or 3.13 and finds none")


def test_missing_packages_are_one_line_to_run_for_who_is_not_root(checkout: Checkout) -> None:
    (checkout.tools / "Xvfb").unlink()
    code, said, complained = checkout.run("test")
    assert (code, said) == (1, "")
    assert complained.count("\n") == 1
    assert "apt-get install -y --no-install-recommends xvfb postgresql iproute2" in complained
    assert not checkout.asked_apt()


def test_root_installs_what_is_missing(copied: Checkout) -> None:
    (copied.tools / "Xvfb").unlink()
    copied.tool("id", "echo 0")
    (copied.tools / "env").symlink_to(shutil.which("env") or "env")
    copied.tool("apt-get", 'echo "$@" >>"$0.asked"')
    assert copied.run("test")[0] == 3
    asked = (copied.tools / "apt-get.asked").read_text(encoding="utf-8").splitlines()
    assert asked[0].endswith(" update")
    assert asked[1].endswith(" install -y --no-install-recommends xvfb postgresql iproute2")


def test_what_only_the_tests_need_is_not_asked_of_a_hall(copied: Checkout) -> None:
    (copied.tools / "Xvfb").unlink()
    assert copied.run("hall")[0] == 3
    assert copied.run("test")[0] == 1
    assert not copied.asked_apt()
