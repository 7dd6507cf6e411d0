"""Structured logs that hold codes and ids only: never a name, a number to call, or a text somebody typed."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from app.base.errors import MusterError

LOG_FILE_BYTES = 5 * 1024 * 1024
"""One file stays small enough to open in any editor and to carry away on a stick."""

LOG_FILES_KEPT = 5
"""With the running one 30 MB: weeks of a quiet hall, and never a full disk."""

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_SAFE_VALUE = re.compile(r"[A-Za-z0-9_:.\-]{0,80}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Seven digits in a row are a telephone or an identity number before they are anything else.
_LONG_DIGITS = re.compile(r"\d(?:[-.:]?\d){6,}")
_OWN = ("app", "widgets", "views", "main", "tests")


class Logger:
    """Writes events of one module: a code from the source, with ids and numbers as fields."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, code: str, **fields: object) -> None:
        self._write(logging.INFO, code, fields, None)

    def warning(self, code: str, error: BaseException | None = None, **fields: object) -> None:
        self._write(logging.WARNING, code, fields, error)

    def error(self, code: str, error: BaseException | None = None, **fields: object) -> None:
        self._write(logging.ERROR, code, fields, error)

    def _write(self, level: int, code: str, fields: dict[str, object], error: BaseException | None) -> None:
        # stacklevel 3 names the caller of info, warning or error, not this file.
        self._logger.log(level, code, extra={"fields": fields}, exc_info=error, stacklevel=3)


class Condition:
    """Something that fails and recovers: the failure is logged once, the recovery once, the repeats not."""

    def __init__(self, logger: Logger, code: str) -> None:
        self._logger = logger
        self._codes = f"{code}.failed", f"{code}.recovered"
        self._failing = False

    @property
    def failing(self) -> bool:
        return self._failing

    def failed(self, error: BaseException | None = None, **fields: object) -> None:
        if not self._failing:
            self._failing = True
            self._logger.warning(self._codes[0], error, **fields)

    def recovered(self, **fields: object) -> None:
        if self._failing:
            self._failing = False
            self._logger.info(self._codes[1], **fields)


class CodeFormatter(logging.Formatter):
    """One JSON object a line. What is not a code, an id or a number is left out, whoever logged it."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": f"{record.name}:{record.lineno}",
            "code": _code(record),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line.update({str(name): field(value) for name, value in fields.items()})
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = _error(record.exc_info[1])
            line["frames"] = _frames(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def field(value: object) -> object:
    """`value` as a log may hold it: numbers and ids as they are, of any other text only its length."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    safe = _SAFE_VALUE.fullmatch(text) and not _LONG_DIGITS.search(_UUID.sub("", text))
    return text if safe else f"<{len(text)}>"


def install(folder: Path, *, to_stderr: bool = True) -> Callable[[], None]:
    """Log to `folder`/muster.log in turns of files, warnings also to stderr. The returned function undoes it.

    OSError when the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    before = root.level
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            folder / "muster.log", maxBytes=LOG_FILE_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8"
        )
    ]
    if to_stderr:
        stderr = logging.StreamHandler(sys.stderr)
        stderr.setLevel(logging.WARNING)
        handlers.append(stderr)
    for handler in handlers:
        handler.setFormatter(CodeFormatter())
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    hook = sys.excepthook
    sys.excepthook = _uncaught

    def uninstall() -> None:
        sys.excepthook = hook
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()

    return uninstall


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    Logger("app.base.logs").error("uncaught", error)


def _code(record: logging.LogRecord) -> str:
    # A library's message may quote what a person typed; only our own codes are known not to.
    own = record.name.partition(".")[0] in _OWN
    return str(record.msg) if own and _CODE.fullmatch(str(record.msg)) else "message_withheld"


def _error(error: BaseException) -> str:
    name = type(error).__name__
    return f"{name}:{error.key}" if isinstance(error, MusterError) else name


def _frames(error: BaseException) -> list[str]:
    # Frames without the source line: the line may hold a literal, the message may hold anything.
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames]
