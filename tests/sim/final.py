"""What must be true when all troubles are over and nothing moves any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.commands.loading import fact_of
from app.domain.evolve import evolve_each
from app.domain.fact import Fact
from app.domain.incident import Incident
from app.domain.touch import touch_of
from app.log import rows
from app.log.entries import Numbered
from app.log.files.database import Access, engine, transaction
from app.log.following.pending import read_after
from app.log.proving.proof import LogProof, Problems
from app.log.refs import refs_in
from app.projections import quarantine
from app.projections.cases import contested_cases
from app.projections.facts import incidents_of
from app.projections.hall import HALL_KINDS, Hall
from app.projections.projector import HallProjector
from app.sync.hub_clock import HELD_MS, SLACK_MS
from tests.sim.ledger import Ledger, hold, verdict_fits
from tests.sim.node import Node
from tests.sim.template import KEYS

if TYPE_CHECKING:
    from tests.sim.world import World

ALL = 1 << 30


def check(world: World) -> None:
    """BrokenError names the first thing that is not as it must be."""
    entries = rows.read_after(world.hub.directory.connection, 0, ALL)
    _promises(world.ledger, entries)
    _times(world.ledger, entries, world.hub.store.origin)
    _epochs(world.hub, entries)
    _verdicts(world.ledger, entries, world.hub.store.origin)
    world.ledger.counts["contested"] = _nothing_overruled(entries, world.hub.projector.hall)
    world.ledger.counts["quarantined"] = sum(1 for numbered in entries if numbered.verdict)
    _confided(world.hub, entries, {desk.replica.origin for desk in world.desks})
    for node in world.nodes:
        _proven(node)
        if node is not world.hub:
            hold(rows.read_after(node.directory.connection, 0, ALL) == entries, "logs differ", node.name)
    _alike(world)
    node = world.chance.choice(world.nodes)
    rebuilt(node, world.around.folder)


def _promises(ledger: Ledger, entries: Sequence[Numbered]) -> None:
    standing: dict[str, list[bytes]] = {}
    for numbered in entries:
        standing.setdefault(numbered.entry.eid, []).append(numbered.raw)
    for eid, promise in ledger.promises.items():
        if eid in ledger.lost and eid not in standing:
            continue
        hold(
            standing.get(eid) == [promise.raw],
            "acknowledged and not there once",
            (promise.node, promise.oseq),
        )


def _epochs(hub: Node, entries: Sequence[Numbered]) -> None:
    began = hub.directory.connection.exec_driver_sql("SELECT epoch, first_gseq FROM epoch").all()
    for numbered in entries:
        epoch = max(int(row[0]) for row in began if int(row[1]) <= numbered.gseq)
        hold(numbered.epoch == epoch, "epoch", (numbered.gseq, numbered.epoch, epoch))


def _times(ledger: Ledger, entries: Sequence[Numbered], hub: str) -> None:
    """Deadlines count from `at`: it is the hub's time of the deed, whatever the PC's clock showed."""
    before: dict[str, int] = {}
    for numbered in entries:
        entry, low = numbered.entry, before.get(numbered.entry.origin, 0)
        before[entry.origin] = numbered.at
        promise = ledger.promises.get(entry.eid)
        if entry.origin == hub or promise is None:
            hold(entry.origin != hub or numbered.at == numbered.hub_time, "hub's own time", numbered.gseq)
            continue
        guess = entry.time.est_hub
        wanted = numbered.hub_time if guess is None else min(max(guess, low), numbered.hub_time)
        hold(numbered.at == wanted, "effective time", numbered.gseq)
        if entry.time.err is not None and guess is not None:
            slack = entry.time.err + HELD_MS + SLACK_MS + max(ledger.hub_offs) - min(ledger.hub_offs)
            off = abs(numbered.at - promise.hub_time)
            hold(
                off <= slack or numbered.at in (low, numbered.hub_time),
                "time of the deed",
                (numbered.gseq, off),
            )
            hold(abs(guess - promise.hub_time) <= slack, "guess of the hub's time", (numbered.gseq, off))


def _verdicts(ledger: Ledger, entries: Sequence[Numbered], hub: str) -> None:
    for numbered in entries:
        # What a hub itself writes is judged by nobody; what a former one wrote was meant to be.
        if numbered.entry.origin not in {hub, *ledger.former} and numbered.entry.eid in ledger.promises:
            hold(verdict_fits(numbered), "verdict", (numbered.gseq, numbered.verdict))


def _nothing_overruled(entries: Sequence[Numbered], hall: Hall) -> int:
    """Every step that was taken shows: it moved its case, or a person is asked, or it agrees with another.
    How many a person was asked about."""
    contested = 0
    cases: dict[str, Incident] = {}
    for numbered in entries:
        if numbered.entry.kind in HALL_KINDS:
            continue
        book, fact = hall.history.at(numbered.gseq), fact_of(numbered)
        if book is None or fact is None:
            continue
        for name, after in evolve_each(incidents_of(numbered), cases.copy().get, fact, book):
            known = cases.get(name)
            if known is not None and touch_of(fact.body, book, name) is not None:
                hold(_shows(known, after, fact), "silently overruled", (numbered.gseq, numbered.entry.kind))
                contested += len(after.contested) > len(known.contested)
            cases[name] = after
    return contested


def _shows(before: Incident, after: Incident, fact: Fact) -> bool:
    if fact.eid in after.idle:
        return True
    return replace(after, seen=before.seen, changed_at=before.changed_at, entries=before.entries) != before


def _confided(hub: Node, entries: Sequence[Numbered], desks: Collection[str]) -> None:
    """The personal data that a desk's entries refer to lies in the hub's vault."""
    for numbered in entries:
        refs = refs_in(numbered.entry.body) if numbered.entry.origin in desks else []
        found = hub.directory.vault.secrets(hub.directory.connection, refs)
        hold(len(found) == len(refs), "personal data is not at the hub", numbered.gseq)


def _proven(node: Node) -> None:
    hold(not proof(node), "verify finds", (node.name, proof(node)))


def proof(node: Node) -> list[str]:
    """What verify's proof of the log finds."""
    connection, problems = node.directory.connection, Problems()
    log = LogProof(problems, node.directory.about.database)
    while log.read(connection, 1_000):
        continue
    while log.read_pending(connection, 1_000):
        continue
    log.check_subjects(connection)
    return [f"{problem.code}@{problem.gseq}" for problem in problems.found]


def _alike(world: World) -> None:
    """All show the same: cases, conflicts, quarantine."""
    first, *others = [_shown(node) for node in world.nodes]
    for number, other in enumerate(others):
        for what, (one, two) in enumerate(zip(first, other, strict=True)):
            hold(one == two, ("digest", "contested", "quarantine")[what] + " differs", number)


def _shown(node: Node) -> tuple[str, object, object]:
    connection = node.directory.connection
    contested = {case.id: case.contested for case in contested_cases(connection, ALL)}
    return node.projector.digest(connection), contested, quarantine.newest(connection, ALL)


def rebuilt(node: Node, folder: Path) -> None:
    """A fold from nothing of what the node has, waiting entries laid over it, is what the node shows."""
    connection = node.directory.connection
    path = folder / "rebuilt.db"
    projector = HallProjector()
    with engine(path, KEYS.load() or b"", Access.SCRATCH).connect() as scratch:
        with transaction(scratch):
            projector.reset(scratch)
            projector.fold(scratch, rows.read_after(connection, 0, ALL))
            waiting = read_after(connection, 0, ALL)
            if waiting:
                projector.overlay(scratch, waiting)
        shown, fresh = node.projector.digest(connection), projector.digest(scratch)
    path.unlink()
    hold(shown == fresh, "a rebuild shows something else", node.name)
