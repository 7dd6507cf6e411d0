"""What is planned, in the order of its time; a plan that was replaced is passed over when its time comes."""

from __future__ import annotations

import heapq

import msgspec

from app.base.clock import Instant


class Due(msgspec.Struct, frozen=True, order=True):
    """A planned step: of which case, in which slot; equal times keep the order of planning."""

    at: Instant
    number: int
    incident: str
    slot: str


class Agenda:
    """A queue by time."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, at: Instant, incident: str, slot: str) -> int:
        """Plan a step; the number tells this plan from any other."""
        self._number += 1
        heapq.heappush(self._heap, Due(at, self._number, incident, slot))
        return self._number

    @property
    def next_at(self) -> Instant | None:
        """When the first plan is due, kept or replaced."""
        return self._heap[0].at if self._heap else None

    def pop(self) -> Due:
        return heapq.heappop(self._heap)
