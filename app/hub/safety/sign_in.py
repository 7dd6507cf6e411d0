"""Signing in at the hub: password, second factor, lockout, one session an account."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from msgspec.structs import replace

from app.base.clock import Instant
from app.base.errors import WorldError
from app.base.passwords import Passwords, one_time_password, password_fault
from app.commands.desk import Desk
from app.commands.sessions import lock_account
from app.domain.actor import SYSTEM, Actor
from app.domain.hall import OperatorGranted
from app.domain.refusal import Refusal
from app.hub.safety.sessions import Sessions
from app.hub.safety.settings import SafetySettings
from app.hub.safety.totp import fitting_step, new_totp_secret
from app.log.safety.accounts import Account, Accounts, Begun
from app.sync.seats.lockout import FAILURES_MAX, LOCK_MS, locked
from app.sync.seats.signing import SignedIn, SignedOut, SignInAsked

HASHERS = 2
"""Passwords looked at side by side: each takes 64 MiB and four lanes."""

WAITING_MAX = 32
"""Sign-ins that may wait, four seconds' worth; at the change of shifts a hall has ten at once."""


class SignIns:
    """Judges who signs in. Looks at passwords on threads of its own; everything comes as a future."""

    def __init__(
        self,
        desk: Desk,
        accounts: Accounts,
        sessions: Sessions,
        settings: SafetySettings,
        passwords: Passwords | None = None,
    ) -> None:
        self._desk = desk
        self._accounts = accounts
        self._sessions = sessions
        self._settings = settings
        self._passwords = passwords or Passwords()
        self._room = BoundedSemaphore(HASHERS + WAITING_MAX)
        self._threads = ThreadPoolExecutor(HASHERS, "muster-sign-in")
        # Asked in the place of an account that is not there, so that both take the same time.
        self._nobody = ""

    @property
    def in_use(self) -> bool:
        """Whether anybody has a password: without one, seats are picked and not signed in to."""
        return self._accounts.any()

    def sign_in(self, asked: SignInAsked, letters: str) -> Future[SignedIn | Refusal]:
        """Let an operator in at the desk with these letters, or say why not. WorldError from the future when
        the disk refuses."""
        if not self._room.acquire(blocking=False):
            refused: Future[SignedIn | Refusal] = Future()
            refused.set_result(Refusal("sign_in_busy"))
            return refused
        try:
            future = self._threads.submit(self.judge, asked, letters)
        except RuntimeError as error:
            self._room.release()
            raise WorldError("log_closed") from error
        future.add_done_callback(lambda _future: self._room.release())
        return future

    def sign_out(self, operator: str, actor: Actor, why: str = "signed_out") -> SignedOut:
        """End the operator's session; harmless when there is none."""
        return SignedOut(self._sessions.close(operator, why, actor))

    def judge(self, asked: SignInAsked, letters: str) -> SignedIn | Refusal:
        """The same on the caller's thread, which it keeps for up to a second."""
        now = self._desk.clock.now()
        granted = self._desk.hall.operators.get(asked.operator)
        account = self._accounts.get(asked.operator)
        refused = self._unready(asked, granted, account, now)
        if refused is not None:
            return refused
        begun = self._accounts.begin(asked.operator, now, FAILURES_MAX, LOCK_MS)
        if account is None or granted is None or begun is Begun.UNKNOWN:
            self._waste(asked.password)
            return Refusal("sign_in_wrong")
        if begun in (Begun.LOCKED, Begun.LOCKED_NOW):
            return self._locked(asked.operator, letters, now, tell=begun is Begun.LOCKED_NOW)
        fits = self._passwords.fits(account.verifier, asked.password)
        step = fitting_step(account.totp, asked.code, now, account.totp_step) if account.totp else 0
        if not fits or (account.totp and not step):
            if self._accounts.failed(asked.operator, now, FAILURES_MAX, LOCK_MS):
                return self._locked(asked.operator, letters, now, tell=True)
            return Refusal("sign_in_wrong")
        if account.must_change and not asked.new_password:
            # The second factor's code stays good: it is asked for again with the new password.
            self._accounts.succeeded(asked.operator)
            return SignedIn(asked.operator, roles=granted.roles, unit=granted.unit, must_change=True)
        if not self._accounts.succeeded(asked.operator, step, self._renewed(account, asked)):
            return Refusal("sign_in_wrong")
        return self._let_in(asked, granted, account, letters)

    def reset(self, operator: str) -> str | Refusal:
        """A one-time password for an operator of the hall; the first sign-in with it asks for another."""
        granted = self._desk.hall.operators.get(operator)
        if granted is None:
            return Refusal("operator_not_granted", params={"operator": operator[:40]})
        password = one_time_password()
        now = self._desk.clock.now()
        self._accounts.set_password(operator, self._passwords.verifier(password), now, must_change=True)
        return password

    def second_factor(self, operator: str) -> bytes | Refusal:
        """Give an account a second factor, in the place of any before; its secret, shown once."""
        secret = new_totp_secret()
        if not self._accounts.set_totp(operator, secret):
            return Refusal("account_unknown", params={"operator": operator[:40]})
        return secret

    def close(self) -> None:
        """Finish what is being looked at, and no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _unready(
        self, asked: SignInAsked, granted: OperatorGranted | None, account: Account | None, now: Instant
    ) -> Refusal | None:
        """What can be said before the password is looked at, and gives nothing of it away."""
        if account is None or granted is None:
            return None
        if account.locked_until > now:
            return locked(account.locked_until, now)
        if asked.role and asked.role not in granted.roles:
            return Refusal("role_not_granted", params={"role": asked.role[:40]})
        if asked.new_password:
            fault = password_fault(asked.new_password, asked.operator)
            if fault or asked.new_password == asked.password:
                return Refusal(fault or "password_same", "new_password")
        if account.totp is None and self._needs_second(granted):
            return Refusal("second_factor_missing")
        if account.totp is not None and not asked.code:
            return Refusal("second_factor_needed", "code")
        return None

    def _needs_second(self, granted: OperatorGranted) -> bool:
        roles = self._desk.book().roles
        sides = {roles[role].side for role in granted.roles if role in roles}
        return bool(sides & set(self._settings.second_factor_sides))

    def _let_in(
        self, asked: SignInAsked, granted: OperatorGranted, account: Account, letters: str
    ) -> SignedIn:
        if asked.new_password:
            verifier = self._passwords.verifier(asked.new_password)
            now = self._desk.clock.now()
            self._accounts.set_password(asked.operator, verifier, now, must_change=False)
        role = asked.role or granted.roles[0]
        actor = Actor(asked.operator, role, granted.unit, letters)
        session, token, until = self._sessions.open(actor, asked.how)
        return SignedIn(
            operator=asked.operator,
            role=role,
            roles=granted.roles,
            unit=granted.unit,
            how=asked.how,
            session=session,
            token=token,
            until=until,
            idle_lock_ms=self._settings.idle_lock_ms(letters),
            cut_off_ms=0 if account.totp else self._settings.cut_off_ms,
        )

    def _locked(self, operator: str, letters: str, now: Instant, *, tell: bool) -> Refusal:
        account = self._accounts.get(operator)
        until = account.locked_until if account is not None else now + LOCK_MS
        if tell:
            lock_account(self._desk, operator, until, replace(SYSTEM, desk=letters))
        return locked(until, now)

    def _renewed(self, account: Account, asked: SignInAsked) -> str:
        return self._passwords.verifier(asked.password) if self._passwords.weaker(account.verifier) else ""

    def _waste(self, password: str) -> None:
        self._nobody = self._nobody or self._passwords.verifier("nobody at all")
        self._passwords.fits(self._nobody, password)
