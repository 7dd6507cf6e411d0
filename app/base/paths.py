"""Where the program's own files lie, and where this user's data belongs when nobody says."""

from __future__ import annotations

import sys
from pathlib import Path

APP_NAME = "muster"


def program_folder() -> Path:
    """The top of the program: beside `app` in a checkout, the unpacked bundle when it was packaged."""
    bundle = getattr(sys, "_MEIPASS", None)
    return Path(bundle) if bundle else Path(__file__).resolve().parents[2]


def resources() -> Path:
    """Icons, fonts, styles, languages."""
    return program_folder() / "resources"


def languages() -> Path:
    """The language catalogue, one folder a language."""
    return resources() / "language"


def config() -> Path:
    """The rules and defaults that are shipped; a hall's own stand in `own_config`."""
    return program_folder() / "config"


def own_config(data: Path) -> Path:
    """What the hall with the data directory `data` has put in the place of shipped files."""
    return data / "config"


def user_data() -> Path:
    """The data directory of a hall when none is named: this user's own."""
    # Imported here: only a hall without --data asks, and --help must stay quick.
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False)


def is_there(path: Path) -> bool:
    """Whether something stands at `path`; also when it is closed to us, for opening it then says why."""
    try:
        return path.exists()
    except OSError:
        return True
