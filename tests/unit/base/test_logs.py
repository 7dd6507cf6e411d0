"""Logs hold codes and ids, whoever writes them, and a failure once."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base import logs
from app.base.errors import WorldError
from app.base.logs import Condition, Logger, field, install

PHONE = "13800001234"
NAME = "王小明"


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Any]:
    """A function that gives the lines written so far."""
    undo = install(tmp_path / "logs", to_stderr=False)
    path = tmp_path / "logs" / "muster.log"
    yield lambda: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    undo()


def test_an_event_is_one_line_with_its_place(written: Any) -> None:
    Logger("app.log.writer").info("log.opened", gseq=7, case="0198c2d3-1111-7222-8333-444444444444", ok=True)
    (line,) = written()
    assert line.pop("time").endswith("+00:00")
    assert line.pop("where").startswith("app.log.writer:")
    assert line == {
        "level": "info",
        "code": "log.opened",
        "gseq": 7,
        "case": "0198c2d3-1111-7222-8333-444444444444",
        "ok": True,
    }


@pytest.mark.parametrize("value", [NAME, PHONE, f"+86 {PHONE}", "138-0000-1234", "Li Ming", "a\nb", "x" * 81])
def test_a_field_that_may_be_personal_is_withheld(value: str) -> None:
    assert field(value) == f"<{len(value)}>"


@pytest.mark.parametrize(
    "value", [None, 3, 1_767_240_000_000, 0.5, False, "incident:A-17", "sha256:ab", "0.1.0"]
)
def test_ids_codes_and_numbers_are_kept(value: object) -> None:
    assert field(value) == value


def test_nothing_personal_gets_in_by_any_door(written: Any, tmp_path: Path) -> None:
    mine, foreign = Logger("app.intake"), logging.getLogger("sqlalchemy.engine")
    mine.info("report.received", who=NAME, phone=PHONE, note=f"call {PHONE}")
    mine.info(f"{NAME} called")
    foreign.warning("INSERT INTO person VALUES (%s, %s)", NAME, PHONE)
    try:
        raise ValueError(f"{NAME} {PHONE}")
    except ValueError as error:
        mine.error("report.failed", error)
        foreign.exception("failed for %s", PHONE)
    text = (tmp_path / "logs" / "muster.log").read_text(encoding="utf-8")
    assert NAME not in text
    assert PHONE not in text
    assert json.dumps(NAME).strip('"') not in text
    assert [line["code"] for line in written()] == [
        "report.received",
        "message_withheld",
        "message_withheld",
        "report.failed",
        "message_withheld",
    ]


def test_an_error_shows_kind_key_and_frames(written: Any) -> None:
    def fail() -> None:
        raise WorldError("disk_full", path=f"/home/{NAME}")

    try:
        fail()
    except WorldError as error:
        Logger("app.log").warning("log.disk.failed", error)
    (line,) = written()
    assert line["error"] == "WorldError:disk_full"
    assert [frame.split(":")[::2] for frame in line["frames"]][-1] == ["test_logs.py", "fail"]


def test_a_condition_speaks_once_each_way(written: Any) -> None:
    condition = Condition(Logger("app.log"), "link")
    condition.recovered()
    for _ in range(3):
        condition.failed(peer="hub-1")
    assert condition.failing
    for _ in range(3):
        condition.recovered()
    condition.failed()
    assert [line["code"] for line in written()] == ["link.failed", "link.recovered", "link.failed"]


def test_files_take_turns_and_old_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LOG_FILE_BYTES", 400)
    monkeypatch.setattr(logs, "LOG_FILES_KEPT", 2)
    undo = install(tmp_path, to_stderr=False)
    for number in range(30):
        Logger("app.log").info("tick", number=number)
    undo()
    assert {path.name for path in tmp_path.iterdir()} == {"muster.log", "muster.log.1", "muster.log.2"}
    assert all(path.stat().st_size <= 400 for path in tmp_path.iterdir())


def test_warnings_also_go_to_stderr_until_undone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    undo = install(tmp_path)
    Logger("app.log").info("quiet")
    Logger("app.log").warning("loud")
    undo()
    Logger("app.log").warning("after")
    shown = capsys.readouterr().err
    assert json.loads(shown)["code"] == "loud"


def test_what_nobody_caught_is_logged(written: Any) -> None:
    import sys

    error = RuntimeError(PHONE)
    sys.excepthook(RuntimeError, error, None)
    (line,) = written()
    assert (line["code"], line["error"], line["level"]) == ("uncaught", "RuntimeError", "error")
