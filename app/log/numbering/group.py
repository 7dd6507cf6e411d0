"""Appends and pushes on their way into one transaction: judged, sealed and numbered, not yet written."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.base.clock import Clock
from app.log.entries import Draft, Entry, Numbered, Secret
from app.log.following.taking import Mismatch
from app.log.judging import Known
from app.log.numbering.ends import Ends
from app.log.numbering.homes import claims_here
from app.log.numbering.pushing import Fresh, PushedBy, effective, mentioned, sort_out
from app.log.numbering.relaying import FreshLine, LowerHead, Relayed, RelayedBy, sift
from app.log.numbering.sequencer import Tail, extend, number
from app.log.port import Accepted, Appended, Broken, Forked, Gap, Pushed, Written
from app.log.proving.verdicts import EID_TAKEN, FOLD_FAILED, Judge, judge_body
from app.log.upcast import upcast


class Asked(msgspec.Struct, frozen=True):
    """One append as its caller asked for it."""

    drafts: tuple[Draft, ...]
    expect_base: bool


Job = Asked | PushedBy | RelayedBy


class Group:
    """Grows job by job; nothing outside it changes but what `ends` has staged."""

    def __init__(
        self, tail: Tail, known: Known, ends: Ends, clock: Clock, algorithm: str, judge: Judge
    ) -> None:
        self.tail = tail
        self.written: list[Numbered] = []
        self.own_secrets: list[Secret] = []
        self.pushed_secrets: list[Secret] = []
        self.strange_secrets = 0
        self.origins: set[str] = set()
        """Names that the tables must number: origins, and homes of other hubs' entries."""
        self.lower: dict[str, LowerHead] = {}
        """How far each lower hub's log is had, where a relay of this group moved that."""
        self._known = known
        self._ends = ends
        self._clock = clock
        self._algorithm = algorithm
        self._judge = judge

    def append(self, asked: Asked) -> Appended:
        """Seal and number the drafts, or say why not. UsageError when one is too big."""
        refusal = self._known.judge(asked.drafts, asked.expect_base)
        if refusal is not None:
            return refusal
        entries, self.tail = extend(self.tail, asked.drafts, self._clock, self._algorithm)
        self._known.learn(entries)
        self.written += entries
        self.own_secrets += [secret for draft in asked.drafts for secret in draft.secrets]
        return Written(entries)

    def push(self, push: PushedBy, entries: Sequence[Entry]) -> Pushed:
        """Number those of a push's `entries` that have no number yet, or say why none may have one."""
        origin = push.origin
        if origin == self.tail.origin:
            # Whoever writes under this log's own name, the log did not.
            return Broken(entries[0].oseq if entries else 0, "origin")
        end = self._ends.get(origin)
        found = sort_out(
            entries,
            push.parcels,
            end,
            self._ends.standing(origin, (entry.oseq for entry in entries)),
            lambda algorithm: self._ends.hash_of(origin, algorithm),
        )
        if isinstance(found, Gap | Forked | Broken):
            return found
        self._ends.stage(origin, self._number(found, push))
        kept, strange = mentioned(found)
        self.pushed_secrets += kept
        self.strange_secrets += strange
        end = self._ends.get(origin)
        return Accepted(end.oseq, end.gseq)

    def relay(self, relay: RelayedBy, lower: LowerHead) -> Relayed | Mismatch:
        """Number those lines of a lower hub that have no number here yet, or say why none may have one.
        `lower` is how far its log is had before this group."""
        lower = self.lower.get(relay.stream, lower)
        found = sift(relay, lower, self._ends, self.tail.head, self.tail.origin)
        if isinstance(found, Mismatch):
            return found
        fresh, after = found
        if after != lower:
            self.lower[relay.stream] = after
        if fresh:
            self._number_lines(fresh, relay.doubted)
        return Relayed(after.gseq)

    def _number_lines(self, fresh: Sequence[FreshLine], doubted: bool) -> None:
        hub_time = max(self._clock.now(), self.tail.hub_time)
        head, numbered = self.tail.head, []
        by_origin: dict[str, list[Numbered]] = {}
        for line, home, home_gseq in ((one.line, one.home, one.home_gseq) for one in fresh):
            verdict = self._verdict(line, home, doubted)
            place = (line.entry, line.raw, hub_time, line.at, self._algorithm, verdict, home, home_gseq)
            placed, head = number(head, *place)
            self._known.learn((placed,))
            numbered.append(placed)
            by_origin.setdefault(line.entry.origin, []).append(placed)
            self.origins |= {line.entry.origin, home}
        for origin, entries in by_origin.items():
            self._ends.stage(origin, entries)
        self.written += numbered
        self.tail = Tail(head, hub_time, self.tail.origin, self.tail.written)

    def _verdict(self, line: Numbered, home: str, doubted: bool) -> str:
        """What its own hub said of an entry stands; besides it must fit here."""
        taken = self._known.taken(claims_here(line.entry, home))
        if taken == EID_TAKEN:
            return taken
        return line.verdict or taken or (FOLD_FAILED if doubted else judge_body(line.entry))

    def _number(self, fresh: Sequence[Fresh], push: PushedBy) -> list[Numbered]:
        hub_time = max(self._clock.now(), self.tail.hub_time)
        at, head = self._ends.get(push.origin).at, self.tail.head
        numbered: list[Numbered] = []
        for one in fresh:
            verdict = self._known.taken(one.entry) or (
                FOLD_FAILED if push.doubted else self._judge(one.entry)
            )
            entry = one.entry if verdict else upcast(one.entry)
            at = effective(entry, hub_time, at)
            placed, head = number(head, entry, one.parcel.raw, hub_time, at, self._algorithm, verdict)
            self._known.learn((placed,))
            numbered.append(placed)
        self.written += numbered
        if numbered:
            self.origins.add(push.origin)
            self.tail = Tail(head, hub_time, self.tail.origin, self.tail.written)
        return numbered
