"""Everything that guards one hall, wired over its open database."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.base.passwords import Passwords
from app.commands.desk import Desk
from app.hub.safety.sessions import Sessions
from app.hub.safety.settings import SafetySettings
from app.hub.safety.sign_in import SignIns
from app.hub.safety.tokens import HallTokens
from app.log.files.schema import Meta
from app.log.safety.accounts import Accounts
from app.log.safety.bearers import Bearers
from app.log.safety.enrolments import Enrolments
from app.log.safety.safe import Safe
from app.log.safety.shared import SharedSafety

if TYPE_CHECKING:
    from app.hub.safety.ca import HallCa
    from app.hub.safety.enrolment import Enrolment


class SafeStore(Safe, Protocol):
    """The open log of a hub."""

    @property
    def about(self) -> Meta: ...

    @property
    def folder(self) -> Path: ...


class Safety:
    """One hall's guards. `desk` writes their entries; `shared` is what all processes of the hall have alike,
    where there are several."""

    def __init__(
        self,
        store: SafeStore,
        desk: Desk,
        settings: SafetySettings,
        passwords: Passwords | None = None,
        shared: SharedSafety | None = None,
    ) -> None:
        self._store = store
        self._shared = shared
        self._desk = desk
        bearers = Bearers(store, desk.clock.boot)
        self.settings = settings
        self.sessions = Sessions(desk, bearers, settings, shared.uses if shared is not None else None)
        self.tokens = HallTokens(desk, bearers, self.sessions)
        self.sign_ins = SignIns(desk, Accounts(store), self.sessions, settings, passwords)

    @cached_property
    def ca(self) -> HallCa:
        """The hall's CA, made at the first need: a PC that stands alone starts without one."""
        from app.hub.safety.ca import open_ca

        about, now = self._store.about, self._desk.clock.now()
        keepsakes = self._shared.keepsakes if self._shared is not None else None
        return open_ca(self._store.folder, about.stream, now, keepsakes)

    @cached_property
    def enrolment(self) -> Enrolment:
        """How devices come in."""
        from app.hub.safety.enrolment import Enrolment

        about = self._store.about
        return Enrolment(self._desk, self.ca, Enrolments(self._store), about.database, about.stream)

    def close(self) -> None:
        """Before the store closes: finish the sign-ins under way."""
        self.sign_ins.close()
