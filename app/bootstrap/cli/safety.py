"""`muster token`, `muster enrol`, `muster account`: who may come in, whether the hall is open or not."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

import msgspec

from app.base.clock import SystemClock
from app.base.errors import UsageError, WorldError
from app.base.language import Language, placeholders
from app.bootstrap.cli.running import must_exist, running_hall
from app.bootstrap.cli.terminal import Terminal, data_folder, terminal
from app.bootstrap.control import ask_running
from app.bootstrap.pg_belonging import must_belong
from app.bootstrap.safety_verbs import (
    AccountOf,
    InviteDevice,
    IssueToken,
    RevokeDevice,
    RevokeToken,
    safety_verbs,
)
from app.domain.refusal import Refusal
from app.hub.safety.safety import Safety
from app.hub.safety.settings import read_settings


def run_token(args: argparse.Namespace) -> int:
    """Handler of `token`: prints the new bearer token and nothing else."""
    if args.revoke is not None:
        return _run(args, "token_revoke", RevokeToken(args.revoke), "cli.token.revoked")
    if not args.role:
        raise UsageError("token_role_missing")
    wish = IssueToken(args.name, args.role, args.unit, tuple(args.area or ()))
    return _run(args, "token_issue", wish, "")


def run_enrol(args: argparse.Namespace) -> int:
    """Handler of `enrol`: prints the one-time code and nothing else."""
    if args.revoke is not None:
        return _run(args, "device_revoke", RevokeDevice(args.revoke), "cli.enrol.revoked")
    return _run(args, "device_invite", InviteDevice(args.label, args.letters), "")


def run_account(args: argparse.Namespace) -> int:
    """Handler of `account`: prints the one-time password, or the second factor's secret in both forms."""
    wish = AccountOf(args.operator)
    if args.second_factor:
        return _run(args, "second_factor", wish, "")
    if args.end_session:
        return _run(args, "session_end", wish, "cli.account.ended")
    return _run(args, "password_reset", wish, "")


def _run(args: argparse.Namespace, verb: str, wish: msgspec.Struct, done: str) -> int:
    """Do it in the process that has the hall of this directory open, else open it here. `done` is the key of
    the sentence that says so; without one the answer is printed as it is."""
    with terminal(args) as speaking:
        data = data_folder(args)
        if args.db is None:
            must_exist(data)
        else:
            must_belong(data, args.db, SystemClock())
        said = ask_running(data, verb, wish)
        if said is None:
            said = _here(data, args.db, verb, wish, speaking)
        if isinstance(said, Refusal):
            raise WorldError("not_done", reason=_words(speaking.language, said))
        if done:
            speaking.say(done, what=said)
        else:
            speaking.write(said)
        return 0


def _here(data: Path, db: str | None, verb: str, wish: msgspec.Struct, speaking: Terminal) -> str | Refusal:
    with running_hall(data, speaking, db=db) as hall:
        safety = Safety(hall.safe, hall.commander.desk, read_settings(data), shared=hall.shared)
        with closing(safety):
            answer: str | Refusal = safety_verbs(safety)[verb].do(wish)
        return answer


def _words(language: Language, refusal: Refusal) -> str:
    key = f"refusal.{refusal.code}"
    params = {"field": refusal.field, **refusal.params}
    return language.text(key, **{name: params.get(name, "") for name in placeholders(language.text(key))})
