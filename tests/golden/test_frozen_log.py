"""A log of an earlier day reads and folds today as it did then."""

from __future__ import annotations

import msgspec
import pytest

from app.commands.loading import fact_of, fold_incident
from app.domain.kinds import KINDS, read_body
from app.log.chain import GENESIS, link
from app.log.entries import Numbered
from app.projections.hall import HALL_KINDS, Hall, take
from tests.golden.frozen import DIGEST, lines, read
from tests.golden.make import digest, made


@pytest.fixture(scope="module")
def frozen() -> list[Numbered]:
    return read()


def test_its_fold_has_the_recorded_digest(frozen: list[Numbered]) -> None:
    recorded = DIGEST.read_text(encoding="utf-8").strip()
    # Changed on purpose? Give the projections a new version, then: python -m tests.golden.make --digest
    assert digest(frozen, (len(frozen),)) == recorded


@pytest.mark.parametrize("sizes", [(), (1, 50, 3)])
def test_in_other_groups_too(frozen: list[Numbered], sizes: tuple[int, ...]) -> None:
    assert digest(frozen, sizes) == DIGEST.read_text(encoding="utf-8").strip()


def test_every_kind_at_every_version_it_ever_had_stands_in_it(frozen: list[Numbered]) -> None:
    assert {(kind.name, kind.version) for kind in KINDS} <= {
        (n.entry.kind, n.entry.kind_version) for n in frozen
    }


def test_every_body_is_read_and_nothing_of_it_lost(frozen: list[Numbered]) -> None:
    for numbered in frozen:
        body = read_body(numbered.entry.kind, numbered.entry.kind_version, numbered.entry.body)
        assert body is not None, numbered.entry.kind
        assert msgspec.json.encode(body) == bytes(numbered.entry.body), numbered.gseq


def test_its_chain_holds(frozen: list[Numbered]) -> None:
    before = GENESIS
    for place, n in enumerate(frozen, start=1):
        assert n.gseq == place
        assert n.prev_hash == before
        assert link("sha256", before, n.stream, n.epoch, n.gseq, n.hub_time, n.at, n.raw) == n.hash
        before = n.hash


def test_its_cases_are_what_its_entries_say(frozen: list[Numbered]) -> None:
    hall = Hall()
    for numbered in frozen:
        if numbered.entry.kind in HALL_KINDS:
            fact = fact_of(numbered)
            hall = take(hall, numbered.gseq, fact.body if fact is not None else None)
    subjects = {s for n in frozen for s in n.entry.subjects if s.startswith("incident:")}
    states = set()
    for subject in subjects:
        about = [n for n in frozen if subject in n.entry.subjects]
        case = fold_incident(about, hall.history, subject.removeprefix("incident:"))
        assert case is not None
        assert case.entries == len(about)
        states.add(case.state)
    assert {"archived", "closed", "check", "filed", "callback"} & states


@pytest.mark.slow
def test_the_script_that_made_it_leaves_nothing_to_chance() -> None:
    first = list(lines(made()))
    assert first == list(lines(made()))
    assert len(first) > 100
