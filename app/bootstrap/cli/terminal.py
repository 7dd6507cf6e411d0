"""What the headless commands say: lines on standard output, progress on standard error, in one language."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base import paths
from app.base.language import Language, language_code, load_language

STEPS = 10
"""On a terminal every percent shows in place; elsewhere each tenth is a line, so that a log stays short."""


class Terminal:
    """Speaks for one run of one command."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._line_open = False

    def say(self, key: str, **params: object) -> None:
        """One line of the command's own output, by catalogue key."""
        self.write(self.language.text(key, **params))

    def write(self, line: str) -> None:
        """One finished line of the command's own output."""
        self.end_line()
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def progress(self, key: str, **params: object) -> Callable[[int, int], None]:
        """Tells (done, all) of long work under `key`, which has {percent} and what `params` give."""
        on_screen = sys.stderr.isatty()
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            percent = 100 * done // total if total else 100
            step = percent if on_screen else percent * STEPS // 100
            if step == told:
                return
            told = step
            text = self.language.text(key, percent=percent, **params)
            # \x1b[K: what the longer line before left behind it is wiped out.
            sys.stderr.write(f"\r{text}\x1b[K" if on_screen else f"{text}\n")
            sys.stderr.flush()
            self._line_open = on_screen

        return tell

    def end_line(self) -> None:
        """Leave the progress line, so that the next word stands on its own."""
        if self._line_open:
            sys.stderr.write("\n")
            self._line_open = False


@contextmanager
def terminal(args: argparse.Namespace) -> Iterator[Terminal]:
    """The terminal of a command, in the language asked for or the system's.

    Warnings of the program's own log stay off it: what a person must know comes as one clear line.
    """
    quiet = logging.NullHandler()
    logging.getLogger().addHandler(quiet)
    code = language_code(args.lang, os.environ)
    speaking = Terminal(load_language(code, paths.languages()))
    try:
        yield speaking
    finally:
        speaking.end_line()
        logging.getLogger().removeHandler(quiet)


def data_folder(args: argparse.Namespace) -> Path:
    """The data directory asked for, else this user's own."""
    return args.data if args.data is not None else paths.user_data()
