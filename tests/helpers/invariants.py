"""What holds for every case after every step, whatever was done."""

from __future__ import annotations

from typing import Any

import msgspec

from app.domain import clockwork, timing
from app.domain.code import valid_code
from app.domain.incident import Incident
from app.domain.owner import owner
from app.domain.rulebook import RuleBook
from tests.helpers.lives import Life

OVER = ("done", "final")


def check_case(case: Incident, book: RuleBook, street: str = "") -> None:
    """Fails when a case breaks a rule that stands above all transitions."""
    over = book.states[case.state].kind in OVER
    leads = [o for o in case.orders if o.role == "lead" and o.in_force]
    assert len(leads) <= (0 if over else 1), (case.state, leads)
    assert not (over and any(o.in_force for o in case.orders)), case.state
    assert (owner(case, book, street) == "") == over, case.state
    if leads:
        assert case.state == leads[0].state, (case.state, leads[0].state)
    if book.states[case.state].owner == "lead" and not leads:
        assert case.state in ("callback", "arbitration"), case.state
    _check_orders(case)
    _check_clocks(case, book, over)
    assert [p.when for p in case.promises] == sorted(p.when for p in case.promises)
    assert valid_code(case.code)


def _check_orders(case: Incident) -> None:
    codes = [o.code for o in case.orders]
    assert len(set(codes)) == len(codes)
    in_force = [o.unit for o in case.orders if o.in_force]
    assert len(set(in_force)) == len(in_force), in_force
    for order in case.orders:
        assert valid_code(order.code), order.code
        running = {run.clock for run in order.clocks if run.stopped_at is None}
        if not order.in_force:
            # What was carried to a master stands still and may come back.
            assert order.requests == () or order.end == "carried"
            assert not running or order.end == "carried", (order.end, running)
        if order.role == "sub" and order.in_force:
            parent = case.order(order.parent)
            assert parent is not None
            assert parent.in_force


def _check_clocks(case: Incident, book: RuleBook, over: bool) -> None:
    for runs in (case.clocks, *(o.clocks for o in case.orders)):
        open_runs = [run.clock for run in runs if run.stopped_at is None]
        assert len(set(open_runs)) == len(open_runs), open_runs
        for run in runs:
            assert run.stopped_at is None or run.stopped_at >= run.started_at
            assert run.stopped_at is None or not clockwork.is_paused(run)
    total = clockwork.running(case.clocks, "total")
    if not over and case.history is None:
        assert total is not None, case.state
        assert not clockwork.is_paused(total)
    if case.state in ("closed", "rejected", "archived"):
        assert total is None
    for timed in timing.all_deadlines(book, case, explain=True):
        due = timed.deadline
        if case.urgent and case.state != "merged":
            assert not due.paused, timed
        assert due.lines[-1].at == due.due_at
        assert [line.due_at for line in due.lines if line.due_at is not None][-1] == due.due_at
        # A clock may start when its due time has passed: capped by what is late, or an overdue promise.
        assert due.starts_at <= due.soon_at <= due.due_at or due.due_at < due.starts_at, timed


class Watched(Life):
    """A life that is looked at after every step."""

    def __init__(self) -> None:
        super().__init__()
        self.watched = 0
        self.states: set[str] = set()

    def write(self, *args: Any, **more: Any) -> Any:
        fact = super().write(*args, **more)
        self.look()
        return fact

    def look(self) -> None:
        """Every case keeps every rule, no two share a code, and each is what its facts alone make it."""
        self.watched += 1
        self.states |= {case.state for case in self.cases.values()}
        codes = [case.code for case in self.cases.values()]
        assert len(set(codes)) == len(codes)
        reports = [r.report for case in self.cases.values() for r in case.reports]
        assert len(set(reports)) == len(reports)
        for case in self.cases.values():
            check_case(case, self.book, self.areas.street_of(case.place.area))

    def look_back(self) -> None:
        """Folding twice gives the same, byte for byte."""
        for incident, case in self.cases.items():
            assert self.refolded(incident) == case
            assert msgspec.msgpack.encode(self.refolded(incident)) == msgspec.msgpack.encode(case)
