"""A throw-away PostgreSQL on a free port, as safe as a real one, with a new database for whoever asks."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

OWNER = "muster"
PASSWORD = "made-for-tests"
VERSION_MIN = 15

STARTED_S = 60
"""A loaded machine, or one that recovers after a crash, takes some seconds."""

MEMORY = Path("/dev/shm")
ROOM_BYTES = 1 << 30
"""Some tens of new databases of 8 MB each, and what is written to them."""

PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt")
"""Where distributions put each version, as `<place>/<version>/bin`."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    # Durable as a hall's own would be: what is measured and killed here must count.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "logging_collector": "off",
}


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's own programs; None when there is none that is new enough."""
    found = [path for place in PLACES for path in Path(place).glob("*/bin/postgres")]
    numbered = [(_version(path), path.parent) for path in found]
    fitting = [one for one in numbered if one[0] >= VERSION_MIN]
    return max(fitting)[1] if fitting else None


def missing() -> str:
    """Why no cluster can be had; empty when one can."""
    if programs() is None:
        return f"no PostgreSQL {VERSION_MIN} or later here; on Debian: apt-get install postgresql"
    if os.getuid() == 0 and _other_user() is None:
        return "PostgreSQL will not run as root, and there is no user postgres"
    return ""


class Cluster:
    """One server over one directory. `stop` and `start` may alternate; databases stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bin = programs()
        assert self._bin is not None, missing()
        self.port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self._names = (f"muster_{number}" for number in itertools.count(1))
        self._make()

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [str(self._bin / "postgres"), "-D", str(self._folder / "data"), "-p", str(self.port)]
        words += ["-c", f"unix_socket_directories={self._folder}"]
        for name, value in SETTINGS.items():
            words += ["-c", f"{name}={value}"]
        with (self._folder / "log").open("ab") as said:
            self._server = subprocess.Popen(_as_owner(words), stdout=said, stderr=said, cwd=self._folder)
        until = time.monotonic() + STARTED_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > until:
                raise AssertionError((self._folder / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self, *, crash: bool = False) -> None:
        """Stop it: fast and in order, or at once so that it must recover. Harmless when it is stopped."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
            self._server.wait(STARTED_S)
            self._server = None

    def make_database(self, options: str = "") -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def url(self, database: str = "postgres", user: str = OWNER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def connect(self, url: str | None = None) -> psycopg.Connection:
        """A plain connection, each statement by itself, that passes by everything of ours."""
        return psycopg.connect(url or self.url(), autocommit=True)

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            other = _other_user()
            assert other is not None
            for path in (self._folder, password):
                os.chown(path, other.pw_uid, other.pw_gid)
        words = [str(self._bin / "initdb"), "-D", str(self._folder / "data"), "-U", OWNER]
        words += ["--encoding=UTF8", "--locale=C", "--auth=scram-sha-256", f"--pwfile={password}"]
        # The directory is thrown away: what it holds before the first start need not survive a power cut.
        subprocess.run(_as_owner([*words, "--no-sync"]), check=True, capture_output=True, cwd=self._folder)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def cluster(*, on_disk: bool = False) -> Iterator[Cluster]:
    """A running server, gone without a trace at the end. Skips the test that asks where there can be none,
    and fails it under CI.

    It lies in memory where there is room, for processes that are killed lose nothing there; `on_disk` is for
    who measures.
    """
    reason = missing()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    # Not in pytest's own folder: that one lets no other user in.
    folder = Path(tempfile.mkdtemp(prefix="muster-postgres-", dir=None if on_disk else _in_memory()))
    made: Cluster | None = None
    try:
        made = Cluster(folder)
        made.start()
        yield made
    finally:
        if made is not None:
            # At once: nobody will ever read what an orderly end would write.
            made.stop(crash=True)
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return MEMORY if roomy else None


def _version(postgres: Path) -> int:
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    number = said.rpartition(") ")[2].split()[0].partition(".")[0] if ") " in said else "0"
    return int(number) if number.isdigit() else 0


def _other_user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _as_owner(words: list[str]) -> list[str]:
    # initdb and the server refuse to run as root.
    if os.getuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--", *words]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
