"""`muster config`: looks for faults in the rules, or puts them in force and says what that moved."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from app.base.clock import Instant
from app.base.errors import WorldError
from app.bootstrap.cli.running import must_exist, running_hall
from app.bootstrap.cli.terminal import Terminal, data_folder, terminal
from app.bootstrap.new_hall import files_of_rules
from app.bootstrap.opening import OpenHall
from app.commands.findings import lines
from app.commands.founding import adopt_rules
from app.commands.rules_files import Loaded
from app.domain import timing
from app.domain.incident import Incident
from app.domain.rulebook import RuleBook
from app.domain.rules import Rules
from app.domain.rules_digest import rules_digest
from app.projections.paging import cases_after

CASES_PER_PAGE = 1_000
"""Cases looked through at a time: some MB, and a page is read in a few ms."""


def run_config(args: argparse.Namespace) -> int:
    """Handler of the command; 1 when the rules have faults, and then nothing was adopted."""
    with terminal(args) as speaking:
        data = data_folder(args)
        if args.action == "adopt":
            must_exist(data)
        loaded = files_of_rules(data, args.folder)
        if loaded.rules is None:
            return _tell_faults(loaded, speaking)
        if args.action == "check":
            speaking.say("cli.config.sound", digest=rules_digest(loaded.rules))
            return 0
        with running_hall(data, speaking) as hall:
            _adopt(hall, loaded.rules, speaking)
        return 0


def _tell_faults(loaded: Loaded, speaking: Terminal) -> int:
    for line in lines(loaded.findings, speaking.language):
        speaking.write(line)
    speaking.say("cli.config.faults", count=len(loaded.findings))
    return 1


def _adopt(hall: OpenHall, rules: Rules, speaking: Terminal) -> None:
    desk = hall.commander.desk
    before, after = desk.book(), RuleBook(rules)
    moved, still_open = _moved(hall, before, after)
    if not adopt_rules(desk, rules):
        speaking.say("cli.config.same", digest=rules_digest(rules))
        return
    speaking.say("cli.config.adopted", digest=rules_digest(rules), gseq=hall.store.head().gseq)
    speaking.say("cli.config.moved", moved=moved, open=still_open)


def _moved(hall: OpenHall, before: RuleBook, after: RuleBook) -> tuple[int, int]:
    """How many open cases get other due times, of how many. WorldError when a case could not stand under
    the new rules: a state in which cases are cannot be taken away."""
    moved = still_open = 0
    for case in _cases(hall):
        for state in _states(case):
            if state not in after.states:
                raise WorldError("rules_lack_state", state=state, code=case.code)
        if after.states[case.state].kind in ("open", "paused"):
            still_open += 1
            moved += _dues(before, case) != _dues(after, case)
    return moved, still_open


def _cases(hall: OpenHall) -> Iterator[Incident]:
    row = -1
    while page := cases_after(hall.store.reader(), row, CASES_PER_PAGE):
        yield from (known.incident for known in page)
        row = page[-1].row


def _states(case: Incident) -> set[str]:
    return {case.state, case.prior, *(o.state for o in case.orders), *(o.prior for o in case.orders)} - {""}


def _dues(book: RuleBook, case: Incident) -> dict[tuple[str, str], Instant]:
    return {(t.order, t.clock): t.deadline.due_at for t in timing.all_deadlines(book, case)}
