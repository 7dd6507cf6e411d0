"""The description of the hub's interface is true: schemathesis asks whatever it allows and forbids."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from app.base.clock import SystemClock
from app.hub.limits import Settings
from app.hub.openapi import description
from app.hub.table import ROUTES
from tests.unit.hub.serving import Served, served

pytestmark = pytest.mark.slow

EXAMPLES = 30
"""For each operation; coverage cases of every parameter come besides. About 40 s in all."""


def _described(mode: str) -> Any:
    generation = {"mode": mode, "with-security-parameters": False}
    config = SchemathesisConfig.from_dict({"seed": 1, "generation": generation})
    return schemathesis.openapi.from_dict(description(ROUTES), config=config)


CALLERS = {"/api/v1/reports": "intake", "/api/v1/log": "auditor", "/api/v1/sessions": "seated"}
"""Who asks, so that every operation is also seen to work; the shift lead asks the rest."""

REASON = "call_back"

AS_DESCRIBED = _described("all")
OF_A_CASE = _described("positive").include(path_regex="incident}")

NEVER_BY_SHAPE = [positive_data_acceptance]
"""The shape does not say which categories and areas a hall has: what the rules refuse is no fault of it."""


class Running:
    """A served hub in a thread of its own, for a caller that waits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self.hub: Served | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(60)
        if self._error is not None:
            self.end()
            raise self._error

    async def _serve(self) -> None:
        try:
            # Real time: pace is counted in it.
            async with served(self._folder, SystemClock(), Settings(1_000_000, 1_000_000)) as self.hub:
                self._ready.set()
                await self._ended.wait()
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Running(tmp_path_factory.mktemp("api"))
    try:
        assert running.hub is not None
        running.hub.known = running.hub.hall.register()
        yield running.hub
    finally:
        running.end()


SHORT = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


def _ask(case: schemathesis.Case, api: Served) -> None:
    caller = CALLERS.get(case.path, "lead")
    case.call_and_validate(
        api.url, headers={"Authorization": f"Bearer {caller}"}, excluded_checks=NEVER_BY_SHAPE
    )


@AS_DESCRIBED.parametrize()
@SHORT
def test_every_operation_answers_as_described(case: schemathesis.Case, api: Served) -> None:
    _ask(case, api)


@OF_A_CASE.parametrize()
@SHORT
def test_answers_about_a_real_case_are_as_described(case: schemathesis.Case, api: Served) -> None:
    """No generator guesses an id: the case, an action and a reference that exist are put in for it."""
    known = api.known
    actions = sorted(api.hall.commander.desk.book().transitions)
    real = {
        "incident": known.code,
        "ref": known.reporter.phone.ref if known.reporter.phone is not None else "",
        # Some of all of them, by what was generated, so that a failing case is the same again.
        "action": actions[len(str(case.body)) % len(actions)],
    }
    if "/personal/" in case.path:
        case.query = {"reason": REASON}
    for name in case.path_parameters:
        case.path_parameters[name] = real[name]
    _ask(case, api)
