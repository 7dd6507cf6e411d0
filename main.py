"""The door: parses the command line, hands over to the command's handler, and nothing else."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from app.base.errors import MusterError
from app.base.language import LANGUAGES, Language, language_code, load_language

INTERRUPTED = 130
"""What shells give a program that Ctrl-C ended: the person knows, so nothing is said."""

LANGUAGE_FOLDER = Path(__file__).resolve().parent / "resources" / "language"

Handler = Callable[[argparse.Namespace], int]


@dataclass(frozen=True)
class Command:
    """One word after `muster`: its help, its arguments, and the `module:function` that does it.

    The handler is imported only when its command runs, so that `--help` needs neither Qt nor a database.
    It takes the parsed arguments and returns the exit code.
    """

    help: str
    handler: str
    arguments: Callable[[argparse.ArgumentParser], None]


def positive(text: str) -> int:
    """A whole number above zero, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return number


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=LANGUAGES, help="language to speak (default: the system's, else zh)"
    )


def _data(parser: argparse.ArgumentParser, required: bool) -> None:
    default = "" if required else " (default: this user's own)"
    words = f"the hall's data directory{default}"
    parser.add_argument("--data", type=Path, metavar="DIR", required=required, help=words)


def _db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--db", metavar="URL", help="the log on PostgreSQL: postgresql://user:password@host:port/name"
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=positive, metavar="N", help="end by itself after N seconds")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="write one PNG per window before ending")
    parser.add_argument(
        "--scale",
        choices=("county", "district"),
        default="county",
        help="1,000 or 50,000 incidents a month (default: county)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the made-up district (default: 1)")
    _language(parser)
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the demo here (default: the user's data folder)"
    )


def _hall(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile",
        action="append",
        choices=("wall", "operator"),
        help="which windows to open; may repeat (default: all of them)",
    )
    _data(parser, required=False)
    parser.add_argument(
        "--hub", metavar="URL", help="a desk of this hub (default: the one it was enrolled at)"
    )
    parser.add_argument("--code", metavar="CODE", help="the one-time code that lets this PC join (see enrol)")
    _language(parser)


def _hub(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=False)
    _db(parser)
    parser.add_argument(
        "--listen",
        default="0.0.0.0:8443",
        metavar="HOST:PORT",
        help="where to serve (default: 0.0.0.0:8443, every address of this PC); port 0 takes a free one",
    )
    parser.add_argument(
        "--tls", choices=("on", "off"), default="on", help="off is allowed on loopback only (default: on)"
    )
    parser.add_argument(
        "--upstream",
        metavar="URL",
        help="pass the log to this hub above (default: the one it was enrolled at, else none)",
    )
    parser.add_argument(
        "--code", metavar="CODE", help="the one-time code that lets this hub join the one above (see enrol)"
    )
    parser.add_argument(
        "--reclaim-seconds",
        type=positive,
        metavar="N",
        default=600,
        help="how long a restored hub waits for its desks at most (default: 600)",
    )
    _language(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV (UTF-8 or GB18030), XLSX, JSON or XML files"
    )
    parser.add_argument("--kind", choices=("reports",), default="reports", help="what the files hold")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="which column is what (TOML)")
    parser.add_argument(
        "--propose",
        action="store_true",
        help="propose a mapping, and write it to --mapping unless that exists",
    )
    parser.add_argument("--sheet", default="", metavar="NAME", help="of a workbook with several worksheets")
    _data(parser, required=True)
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    parser.add_argument("--refused", type=Path, metavar="FILE", help="write refused rows here, with reasons")
    _language(parser)


def _config(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, words in (
        ("check", "look for faults in the rules; changes nothing"),
        ("adopt", "check the rules and put them in force"),
    ):
        action = actions.add_parser(name, help=words, description=words.capitalize() + ".")
        action.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="default: the bundled rules")
        _data(action, required=False)
        _language(action)


def _verify(parser: argparse.ArgumentParser) -> None:
    _data_only(parser)
    parser.add_argument("--db", metavar="URL", help="prove the hall's database on PostgreSQL too")


def _data_only(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=True)
    _language(parser)


def _backup(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=True)
    parser.add_argument("--to", type=Path, metavar="FILE", required=True, help="the backup, a new file")
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="put the key in, encrypted by its first line"
    )
    parser.add_argument("--without-key", action="store_true", help="leave the key out and keep it elsewhere")
    _language(parser)


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the backup")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        required=True,
        help="a directory that is new or empty; with --db that of a hub process, or one with its key",
    )
    parser.add_argument(
        "--db",
        metavar="URL",
        help="set this database going again, which PostgreSQL's own tools have restored; no FILE then",
    )
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="whose first line opens the key in the backup"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="the key, where the backup has none")
    _language(parser)


def _token(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=True)
    _db(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--name", metavar="NAME", help="a new token for the machine client of this name")
    what.add_argument("--revoke", metavar="NAME", help="end the token of this name, or with this id")
    parser.add_argument("--role", metavar="ROLE", default="", help="what it may do: a role of the rules")
    parser.add_argument("--unit", metavar="UNIT", default="ZZZX", help="for which unit (default: the centre)")
    parser.add_argument("--area", action="append", metavar="CODE", help="only in this area; may repeat")
    _language(parser)


def _enrol(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=True)
    _db(parser)
    parser.add_argument("--label", metavar="NAME", default="", help="what the PC is called, such as a seat")
    parser.add_argument("--letters", metavar="XX", default="", help="its two characters in case codes")
    parser.add_argument("--revoke", metavar="DEVICE", help="put a PC out, by its letters or its origin")
    _language(parser)


def _account(parser: argparse.ArgumentParser) -> None:
    _data(parser, required=True)
    _db(parser)
    parser.add_argument("--operator", metavar="ID", required=True, help="whose account")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--password-reset", action="store_true", help="print a one-time password")
    what.add_argument("--second-factor", action="store_true", help="print a new secret for an authenticator")
    what.add_argument("--end-session", action="store_true", help="sign the operator out")
    _language(parser)


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one measurement (default: every one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--rows", type=positive, metavar="N", help="size of the made-up hall")
    parser.add_argument("--seeds", type=positive, metavar="N", help="sim: how many lives")
    parser.add_argument("--seed", type=int, metavar="S", help="sim: the first life, or the only one")


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="stop at the first step that fails")


COMMANDS = {
    "demo": Command("a whole hall on this PC with a made-up, living district", "views.shell:run_demo", _demo),
    "hall": Command("this PC's windows", "views.shell:run_hall", _hall),
    "hub": Command("the central store, as a service", "app.bootstrap.cli.hub:run_hub", _hub),
    "import": Command(
        "take in reports from tables: CSV, XLSX, JSON, XML", "app.bootstrap.cli.importing:run_import", _import
    ),
    "config": Command("check the rules or put them in force", "app.bootstrap.cli.config:run_config", _config),
    "verify": Command(
        "prove that the data is whole and unchanged", "app.bootstrap.cli.proof:run_verify", _verify
    ),
    "rebuild": Command(
        "fold every read model anew from the log", "app.bootstrap.cli.proof:run_rebuild", _data_only
    ),
    "backup": Command(
        "the hub's data in one encrypted file, while it runs",
        "app.bootstrap.cli.backup:run_backup",
        _backup,
    ),
    "restore": Command("a data directory from a backup", "app.bootstrap.cli.backup:run_restore", _restore),
    "repair": Command(
        "mend a desk's damaged data from its hub", "app.bootstrap.cli.repair:run_repair", _data_only
    ),
    "token": Command("bearer tokens of machine clients", "app.bootstrap.cli.safety:run_token", _token),
    "enrol": Command(
        "a one-time code that lets a PC join this hall", "app.bootstrap.cli.safety:run_enrol", _enrol
    ),
    "account": Command(
        "passwords and second factors of operators", "app.bootstrap.cli.safety:run_account", _account
    ),
    "test": Command("everything: lint, types, import rules, all tests", "tests.gate:run", _test),
    "bench": Command("the measurements, one figure each", "tests.bench.run:run", _bench),
}


def make_parser() -> argparse.ArgumentParser:
    """The whole command line, as data turned into argparse."""
    parser = argparse.ArgumentParser(
        prog="muster",
        description="Muster (集结), the command centre of a district's governance centre.",
        epilog="Exit codes: 0 done, 1 the world failed (one line says how), 2 wrong words.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sentence = command.help[0].upper() + command.help[1:] + "."
        command.arguments(commands.add_parser(name, help=command.help, description=sentence))
    return parser


def _load(handler: str) -> Handler:
    module, _, function = handler.partition(":")
    # What imports make stays: looking through it for garbage meanwhile costs a tenth of the start.
    gc.disable()
    try:
        return cast(Handler, getattr(import_module(module), function))
    finally:
        gc.enable()


def _language_for(args: argparse.Namespace) -> Language:
    return load_language(language_code(getattr(args, "lang", None), os.environ), LANGUAGE_FOLDER)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Wrong words leave through argparse with 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Chinese shows question marks; it must not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    args = make_parser().parse_args(argv)
    try:
        return _load(COMMANDS[args.command].handler)(args)
    except MusterError as error:
        print(f"muster: {_language_for(args).error(error)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
