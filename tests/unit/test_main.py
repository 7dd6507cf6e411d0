"""The door: every word has help, wrong words and a failing world have their own exit codes and one line."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import main
from app.base.errors import UsageError, WorldError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "words", [[], *([name] for name in main.COMMANDS), ["config", "check"], ["config", "adopt"]]
)
def test_every_word_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main.main([*words, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("usage: " + " ".join(["muster", *words]))


def test_help_needs_neither_qt_nor_a_database() -> None:
    program = (
        "import sys, main\n"
        "try: main.main(['demo', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'PySide6', 'sqlalchemy', 'sqlcipher3', 'numpy', 'msgspec'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["unknown"],
        ["demo", "--seconds", "0"],
        ["demo", "--scale", "planet"],
        ["hall", "--profile", "nobody"],
        ["import", "--data", "d", "--mapping", "m"],
        ["import", "--propose", "--data", "d"],
        ["config"],
        ["verify"],
        ["rebuild", "--data"],
    ],
)
def test_wrong_words_leave_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main.main(words)
    assert left.value.code == 2
    assert "usage: muster" in capsys.readouterr().err


def test_the_words_reach_the_handler() -> None:
    words = ["hall", "--profile", "wall", "--profile", "operator", "--data", "d", "--lang", "en"]
    args = main.make_parser().parse_args(words)
    assert (args.profile, args.data, args.lang) == (["wall", "operator"], Path("d"), "en")
    assert main.make_parser().parse_args(["config", "check", "--lang", "zh"]).lang == "zh"
    args = main.make_parser().parse_args(
        ["import", "a.csv", "b.csv", "--mapping", "m", "--data", "d", "--dry-run"]
    )
    assert args.files == [Path("a.csv"), Path("b.csv")]
    assert (args.kind, args.dry_run, args.refused) == ("reports", True, None)


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """A module whose `run` serves the command verify, and a catalogue of one error."""
    module = ModuleType("planted_handler")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    command = main.Command("planted", "planted_handler:run", main.COMMANDS["verify"].arguments)
    monkeypatch.setitem(main.COMMANDS, "verify", command)
    monkeypatch.setattr(main, "LANGUAGE_FOLDER", tmp_path)
    for code, sentence in (("zh", "{path} 已满"), ("en", "{path} is full")):
        (tmp_path / code).mkdir()
        (tmp_path / code / "errors.toml").write_text(f'error.full = "{sentence}"', encoding="utf-8")
    return module


@pytest.mark.parametrize(("error", "code"), [(WorldError, 1), (UsageError, 2)])
def test_an_error_is_one_line(
    planted: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: type[WorldError],
    code: int,
) -> None:
    def run(args: object) -> int:
        raise error("full", path="/data")

    monkeypatch.setattr(planted, "run", run, raising=False)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert main.main(["verify", "--data", "d"]) == code
    assert capsys.readouterr().err == "muster: /data is full\n"
    monkeypatch.setenv("LANG", "C")
    assert main.main(["verify", "--data", "d"]) == code
    assert capsys.readouterr().err == "muster: /data 已满\n"


def test_the_handlers_code_is_the_exit_code(planted: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planted, "run", lambda args: 1, raising=False)
    assert main.main(["verify", "--data", "d"]) == 1


def test_an_interruption_is_quiet(
    planted: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(planted, "run", run, raising=False)
    assert main.main(["verify", "--data", "d"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_has_its_handler(name: str) -> None:
    module, _, function = main.COMMANDS[name].handler.partition(":")
    assert callable(getattr(import_module(module), function))
