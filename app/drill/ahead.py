"""A log that runs ahead of the disk: a made-up history is decided in memory, written in large transactions.

A month of history is thousands of appends; a transaction on disk for each takes minutes, all of them in a few
large ones take seconds. Nobody but the demo's own desk reads here before it is on disk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import msgspec

from app.base.errors import WorldError
from app.drill.tape import Reading, Tape, read
from app.log.entries import Draft, Head, Numbered
from app.log.files.schema import read_tail
from app.log.judging import Known, once
from app.log.numbering.sequencer import extend
from app.log.port import Appended, Duplicate, Written
from app.log.store import Store

APPENDS_PER_FLUSH = 256
"""Appends written in one go: the writer's queue holds them, and they cost little more than one alone."""

SUBJECTS_KEPT = 4_000
"""Histories of cases kept in memory, the latest used: the open ones of a large district's busy week."""

CASES = "incident:"
"""Subjects whose histories are asked for again and again."""


class _Held(msgspec.Struct, frozen=True):
    drafts: tuple[Draft, ...]
    reading: Reading


class Ahead:
    """Implements app.commands.desk.Replica over a store whose clock is `tape` and that nobody else writes to.

    Its time is the tape's past. Every entry is sealed and numbered here exactly as the store will do it
    again; each flush checks that it did. For one thread.
    """

    def __init__(self, store: Store, tape: Tape) -> None:
        self._store, self._tape = store, tape
        self._algorithm = store.about.algorithm
        self._tail = read_tail(store.reader(), store.about)
        self._known = Known({}, {})
        self._unique: dict[str, int] = {}
        self._held: list[_Held] = []
        self._entries: list[Numbered] = []
        self._cases: OrderedDict[str, list[Numbered]] = OrderedDict()

    def append(self, drafts: Sequence[Draft], *, expect_base: bool = True) -> Future[Appended]:
        """See LogPort, but the entries are on disk only after `flush`."""
        future: Future[Appended] = Future()
        refusal = self._taken(drafts) or self._known.judge(drafts, expect_base)
        if refusal is not None:
            future.set_result(refusal)
            return future
        entries, self._tail = extend(self._tail, drafts, self._tape.past, self._algorithm)
        self._learn(entries)
        self._held.append(_Held(tuple(drafts), read(self._tape.past)))
        if len(self._held) >= APPENDS_PER_FLUSH:
            self.flush()
        future.set_result(Written(entries))
        return future

    def flush(self) -> None:
        """Write what is held; on return it is on disk. WorldError when the store wrote anything else."""
        held, self._held = self._held, []
        if not held:
            return
        self._tape.lay(one.reading for one in held)
        for future in [self._store.append(one.drafts) for one in held]:
            future.result()
        if self._store.head() != self._tail.head:
            raise WorldError("history_out_of_step", path=str(self._store.folder), gseq=self._tail.head.gseq)
        self._entries.clear()
        while len(self._cases) > SUBJECTS_KEPT:
            self._cases.popitem(last=False)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        """See LogPort, with what is not on disk yet."""
        written = self._tail.head.gseq - len(self._entries)
        found = self._store.read_after(gseq, limit) if gseq < written else []
        start = max(0, gseq - written)
        return found + self._entries[start : start + limit - len(found)]

    def head(self) -> Head:
        """The last number, on disk or not."""
        return self._tail.head

    def subscribe(self, listener: Callable[[Head], None]) -> Callable[[], None]:
        """See LogPort: news come when they are on disk."""
        return self._store.subscribe(listener)

    def history(self, subject: str) -> list[Numbered]:
        """Every entry about `subject`, in order."""
        if not subject.startswith(CASES):
            return self._read(subject)
        if subject not in self._cases:
            self._cases[subject] = self._read(subject)
        self._cases.move_to_end(subject)
        return list(self._cases[subject])

    def by_unique(self, subject: str) -> int | None:
        """The number of the entry that `subject`, which may stand once, stands on."""
        found = self._unique.get(subject)
        return self._store.by_unique(subject) if found is None else found

    def _taken(self, drafts: Sequence[Draft]) -> Duplicate | None:
        """What the log held before this began; what came since the judge knows."""
        for index, draft in enumerate(drafts):
            for subject in once(draft.subjects):
                gseq = self.by_unique(subject)
                if gseq is not None:
                    return Duplicate(index, subject, gseq)
        return None

    def _learn(self, entries: Sequence[Numbered]) -> None:
        for numbered in entries:
            for subject in dict.fromkeys(numbered.entry.subjects):
                if subject in self._cases:
                    self._cases[subject].append(numbered)
            for subject in once(numbered.entry.subjects):
                self._unique[subject] = numbered.gseq
        self._known.learn(entries)
        self._entries.extend(entries)

    def _read(self, subject: str) -> list[Numbered]:
        return self._store.history(subject) + [n for n in self._entries if subject in n.entry.subjects]
