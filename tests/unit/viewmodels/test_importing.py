"""Importing at a desk without a window: what may be done when, stopping, and what is said of errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from app.base.errors import WorldError
from app.commands.command import HistoryRow, Outcome
from app.domain.actor import Actor
from app.intake.importing import BATCH_ROWS
from app.intake.mapping_file import load_mapping
from app.viewmodels.importing import ImportingModel
from app.viewmodels.importing_job import CancelledError, Job
from tests.helpers.glass import AtOnce, glass
from tests.helpers.halls import TestHall, actor, hall

ROWS = 3 * BATCH_ROWS


class Bulky(AtOnce):
    """Takes rows one batch at a time, each when it is let through."""

    def __init__(self, test: TestHall) -> None:
        super().__init__(test)
        self.through = threading.Semaphore(0)
        self.batches = 0
        self.fails: Exception | None = None

    def import_rows(self, rows: Sequence[HistoryRow], by: Actor) -> Future[Sequence[Outcome]]:
        assert self.through.acquire(timeout=10)
        future: Future[Sequence[Outcome]] = Future()
        if self.fails is not None:
            future.set_exception(self.fails)
        else:
            self.batches += 1
            future.set_result(self._test.commander.import_rows(rows, by))
        return future


@pytest.fixture
def small(tmp_path: Path) -> Iterator[TestHall]:
    with hall(tmp_path / "hall") as made:
        yield made


@pytest.fixture
def bulk(small: TestHall) -> Bulky:
    return Bulky(small)


@pytest.fixture
def model(small: TestHall, bulk: Bulky) -> Iterator[ImportingModel]:
    context = glass(small, actor("intake"), language="en")
    context.acting = bulk
    made = ImportingModel(context)
    yield made
    for _ in range(ROWS):
        bulk.through.release()
    made.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cases 2026-03.csv"
    lines = ["编号,诉求内容,受理时间,办结时间"]
    lines += [f"{n},路灯不亮已经三天了,2026-03-02 09:05,2026-03-02 10:05" for n in range(ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def finish(model: ImportingModel) -> None:
    job = model._job
    assert job is not None
    job._thread.join(20)
    model.poll()
    assert not model.busy


def ready(model: ImportingModel, table: Path) -> None:
    model.open(table)
    finish(model)
    model.try_out()
    finish(model)


def test_nothing_is_taken_in_before_a_dry_run(model: ImportingModel, table: Path, bulk: Bulky) -> None:
    model.start()
    model.open(table)
    finish(model)
    view = model.view()
    assert (view.phase, view.may_try, view.may_import) == ("proposed", True, False)
    model.start()
    assert not model.busy
    model.try_out()
    finish(model)
    assert model.view().may_import
    assert model.view().figures == (
        f"Dry run: {ROWS:,} rows, {ROWS:,} would be taken in, 0 would not. Nothing was written.",
    )
    assert bulk.batches == 0


def test_a_stopped_import_keeps_its_batches_and_the_next_goes_on(
    model: ImportingModel, table: Path, bulk: Bulky, small: TestHall
) -> None:
    ready(model, table)
    before = small.store.head().gseq
    model.start()
    assert model.view().may_cancel
    model.cancel()
    bulk.through.release()
    finish(model)
    assert small.store.head().gseq == before + BATCH_ROWS
    view = model.view()
    assert (view.phase, view.error) == (
        "proposed",
        f"Stopped. The {BATCH_ROWS} rows before that stay; importing again goes on from there.",
    )
    assert not table.with_name("cases 2026-03-refused.csv").exists()
    for _ in range(3):
        bulk.through.release()
    ready(model, table)
    model.start()
    finish(model)
    assert small.store.head().gseq == before + ROWS
    assert f"{BATCH_ROWS} known before" in model.view().figures[0]
    # All were taken: no file of refused rows is left lying about.
    assert not table.with_name("cases 2026-03-refused.csv").exists()


def test_listeners_hear_of_progress(model: ImportingModel, table: Path, bulk: Bulky) -> None:
    ready(model, table)
    heard: list[float] = []
    model.changed.connect(lambda _keys: heard.append(model.view().share or 0.0))
    model.start()
    job = model._job
    assert job is not None
    for _ in range(2):
        bulk.through.release()
    while job.progress.rows < 2 * BATCH_ROWS:
        threading.Event().wait(0.01)
    model.poll()
    assert 0.5 < heard[-1] < 1
    bulk.through.release()
    finish(model)
    assert model.view().share is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WorldError("import_unreadable", path="cases.csv"), "cases.csv cannot be read."),
        (RuntimeError("bug"), "The import failed; the log says how."),
    ],
)
def test_what_goes_wrong_is_said_and_nothing_is_stuck(
    model: ImportingModel, table: Path, bulk: Bulky, error: Exception, said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    ready(model, table)
    bulk.fails = error
    bulk.through.release()
    model.start()
    finish(model)
    view = model.view()
    assert view.error.startswith(said)
    assert (view.phase, view.may_try) == ("proposed", True)
    assert bool(caplog.records) == isinstance(error, RuntimeError)


def test_the_mapping_is_saved_as_it_stands(model: ImportingModel, table: Path, tmp_path: Path) -> None:
    model.save_mapping(tmp_path / "too early.toml")
    model.open(table, source="leader mailbox")
    finish(model)
    model.choose(
        "channel",
        next(
            c.id
            for line in model.view().fields
            if line.field == "channel"
            for c in line.choices
            if "mailbox" in c.id
        ),
    )
    model.save_mapping(tmp_path / "m.toml")
    mapping = load_mapping(tmp_path / "m.toml")
    assert (mapping.source, mapping.constants, mapping.kind) == (
        "leader_mailbox",
        {"channel": "mailbox"},
        "history",
    )
    assert "m.toml" in model.view().notes[-1]
    model.save_mapping(tmp_path)
    assert "cannot be written" in model.view().error
    assert not (tmp_path / "too early.toml").exists()


def test_a_job_tells_and_stops() -> None:
    go = threading.Event()

    def work(tell: object) -> str:
        assert callable(tell)
        tell(1, 2, 3)
        assert go.wait(10)
        tell(2, 3, 3)
        return "never"

    job = Job("x", work)
    job.cancel()
    go.set()
    job.wait()
    assert not job.running
    assert isinstance(job.error, CancelledError)
    assert job.result is None
