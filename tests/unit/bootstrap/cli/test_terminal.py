"""What the headless commands say on a terminal and in a file."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

import pytest

from app.bootstrap.cli.terminal import data_folder, terminal


def args(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**({"lang": "en", "data": None} | given))


def test_progress_in_a_file_is_a_line_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal(args()) as speaking:
        tell = speaking.progress("cli.verify.reading")
        for done in range(1_001):
            tell(done, 1_000)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"Proving the log: {percent}%" for percent in range(10, 101, 10)]


def test_progress_on_a_terminal_stays_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with terminal(args()) as speaking:
        tell = speaking.progress("cli.verify.reading")
        tell(1, 4)
        tell(1, 4)
        speaking.write("a finding")
        tell(4, 4)
    said = capsys.readouterr()
    assert said.err == "\rProving the log: 25%\x1b[K\n\rProving the log: 100%\x1b[K\n"
    assert said.out == "a finding\n"


def test_warnings_of_the_log_stay_off_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    with terminal(args()) as speaking:
        speaking.say("cli.import.dry_run")
        logging.getLogger("app.log.numbering.committer").warning("log.disk.failed")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("A dry run: nothing was written.\n", "")
    assert logging.getLogger().handlers == before


def test_the_data_directory_is_the_one_named_else_this_users_own(tmp_path: Path) -> None:
    assert data_folder(args(data=tmp_path)) == tmp_path
    assert data_folder(args()).name == "muster"
