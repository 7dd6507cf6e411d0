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
    _language(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV files, UTF-8 or GB18030")
    parser.add_argument("--kind", choices=("reports",), default="reports", help="what the files hold")
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE", required=True, help="which column is what (TOML)"
    )
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
    _data(parser, required=True)
    _language(parser)


def _bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="one measurement (default: every one)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.add_argument("--rows", type=positive, metavar="N", help="size of the made-up hall")


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fast", action="store_true", help="stop at the first step that fails")


COMMANDS = {
    "demo": Command("a whole hall on this PC with a made-up, living district", "views.shell:run_demo", _demo),
    "hall": Command("this PC's windows", "views.shell:run_hall", _hall),
    "import": Command("take in reports from CSV files", "app.bootstrap.import_command:run_import", _import),
    "config": Command(
        "check the rules or put them in force", "app.bootstrap.config_command:run_config", _config
    ),
    "verify": Command(
        "prove that the data is whole and unchanged", "app.bootstrap.proof_commands:run_verify", _verify
    ),
    "rebuild": Command(
        "fold every read model anew from the log", "app.bootstrap.proof_commands:run_rebuild", _verify
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
