"""Hub programs over one PostgreSQL database, as an administrator starts them."""

from __future__ import annotations

import shutil
import ssl
from pathlib import Path

from app.sync.joining.tls import pinned_context
from tests.helpers.hubs import HubProcess, until


class Pair:
    """Two hub programs over one database; the second was given nothing but the key."""

    def __init__(self, folder: Path, url: str, environment: dict[str, str], *words: str) -> None:
        """`words` are for the first one's first start."""
        self.url = url
        self.one = HubProcess(folder / "one", environment)
        self.two = HubProcess(folder / "two", environment)
        self.one.start("--db", url, *words)
        (folder / "two").mkdir()
        shutil.copy(folder / "one" / "muster.key", folder / "two")
        self.two.start("--db", url)

    def know(self, *roles: str) -> None:
        """Have a token for each role, and wait until both processes know it."""
        self.two._tokens = self.one._tokens
        for role in roles:
            self.one.ask(role, "GET", "/head")
            until(lambda role=role: self.two.ask(role, "GET", "/head")[0] != 401)  # type: ignore[misc]

    def ca(self) -> ssl.SSLContext:
        """What a machine client of the first was given, and nothing of the second."""
        return pinned_context((self.one.data / "ca" / "ca.pem").read_text())

    def close(self) -> None:
        """However they stand."""
        self.one.close()
        self.two.close()
