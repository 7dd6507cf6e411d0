"""The one family of errors: what went wrong, where, and what to do next, as a catalogue key with values."""

from __future__ import annotations

from collections.abc import Mapping


class MusterError(Exception):
    """Base of all errors a person may see.

    `key` names a sentence in the language catalogue under `error.`; `params` fill it. A sentence says what
    happened, where, and what to do next. `str(error)` is for logs only.
    """

    exit_code = 1

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params: Mapping[str, object] = params
        super().__init__(f"{key} {dict(params)}" if params else key)


class WorldError(MusterError):
    """The world failed: a disk, a file, a network, a foreign database. Not a bug; exit code 1."""


class UsageError(MusterError):
    """Wrong words on the command line or in a request; exit code 2."""

    exit_code = 2
