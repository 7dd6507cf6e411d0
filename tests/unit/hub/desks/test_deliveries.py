"""Orders on their way: found again after a start, heard of while nobody sits, told once they lie on a PC."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.base.clock import ManualClock
from app.commands.command import Outcome
from app.domain.incident import Incident
from app.hub.desks import deliveries as module
from app.hub.desks.deliveries import Deliveries, Sitting
from app.log.entries import Numbered
from app.projections.cases import Known
from app.projections.reading import Reading
from tests.helpers.halls import MONDAY_9, TestHall, hall
from tests.helpers.starts import HANDLER


class Watched:
    """A reading that counts how many cases were asked of it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.asked = 0
        self.pages = 0

    def cases(self, incidents: Collection[str]) -> Mapping[str, Incident]:
        self.asked += len(incidents)
        return self._reading.cases(incidents)

    def cases_after(self, row: int, most: int) -> list[Known]:
        self.pages += 1
        return self._reading.cases_after(row, most)

    def read_after(self, gseq: int, limit: int) -> list[Numbered]:
        return self._reading.read_after(gseq, limit)


class NobodyActs:
    def delivered(self, incident: str, order: str) -> Future[Outcome]:
        raise AssertionError("only `run` asks for this")


def watched(open_hall: TestHall) -> Watched:
    return Watched(Reading(open_hall.store, open_hall.projector))


def all_looked(deliveries: Deliveries) -> None:
    while deliveries.hear():
        pass
    while deliveries.look():
        pass


def test_an_order_issued_before_the_start_arrives_when_a_pc_of_its_unit_has_it(tmp_path: Path) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        case = test.dispatched("SZ")
        head = test.store.head().gseq
        deliveries = Deliveries(watched(test), NobodyActs(), head)
        all_looked(deliveries)
        order = case.orders[0].code
        assert deliveries.arrived([Sitting(head, ("CG",))]) == []
        assert deliveries.arrived([Sitting(head - 1, ("SZ",))]) == []
        ((found, waiting),) = deliveries.arrived([Sitting(head, ("CG", "SZ"))])
        assert (found, waiting.incident) == (order, case.id)


def test_an_order_issued_meanwhile_is_heard_of_and_one_that_was_signed_is_not_waited_for(
    tmp_path: Path,
) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        deliveries = Deliveries(watched(test), NobodyActs(), test.store.head().gseq)
        case = test.dispatched("SZ")
        all_looked(deliveries)
        assert len(deliveries) == 1
        test.do(case, "sign", HANDLER, **test.fill("sign", case))
        all_looked(deliveries)
        assert len(deliveries) == 0


def test_a_case_that_moves_on_and_on_is_read_once(tmp_path: Path) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        seen = watched(test)
        deliveries = Deliveries(seen, NobodyActs(), test.store.head().gseq)
        test.dispatched("SZ")
        test.dispatched("SZ")
        while deliveries.hear():
            pass
        assert seen.asked == 0
        all_looked(deliveries)
        assert seen.asked == 2


def test_more_cases_than_are_noted_are_gone_through_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hall(tmp_path, ManualClock(MONDAY_9)) as test:
        monkeypatch.setattr(module, "MOVED_MAX", 1)
        seen = watched(test)
        deliveries = Deliveries(seen, NobodyActs(), test.store.head().gseq)
        all_looked(deliveries)
        all_looked(deliveries)
        assert len(deliveries) == 0
        before = seen.pages
        orders = {test.dispatched("SZ").orders[0].code for _ in range(2)}
        all_looked(deliveries)
        assert seen.pages == before + 1
        head = test.store.head().gseq
        assert {order for order, _ in deliveries.arrived([Sitting(head, ("SZ",))])} == orders
