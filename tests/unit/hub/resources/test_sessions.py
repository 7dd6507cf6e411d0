"""Signing in and out over HTTP, and joining the hall: the guards judge, the service says it rightly."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.base.clock import SystemClock
from app.domain.refusal import Refusal
from app.hub.safety.safety import Safety
from app.sync.hub_calls import HubCalls
from app.sync.joining.device_key import DeviceFolder
from app.sync.joining.enrolling import join_hall
from app.sync.joining.tls import device_context, pinned_context
from app.sync.seats.signing import SESSIONS_PATH, SignedIn, SignedOut, SignInAsked
from tests.helpers.halls import actor
from tests.helpers.safety import PASSWORD
from tests.unit.hub.serving import PlainTokens, Served, served

WHO = "op-dispatcher-ZZZX"
PC = "0198c1de-0000-7000-8000-000000000001"


def guards(hub: Served) -> Safety:
    safety = hub.front.hall.safety
    assert safety is not None
    return safety


def signing(password: str, **more: str) -> dict[str, Any]:
    return {"operator": WHO, "password": password, **more}


class BothTokens(PlainTokens):
    """The table of the tests, and the hall's own."""

    def __init__(self, safety: Safety) -> None:
        super().__init__()
        self._safety = safety

    def find(self, secret: str) -> Any:
        return super().find(secret) or self._safety.tokens.find(secret)


async def test_signing_in_and_out(hub: Served) -> None:
    first = guards(hub).sign_ins.reset(WHO)
    assert isinstance(first, str)
    status, answer = await hub.ask("POST", SESSIONS_PATH, "", signing(first))
    assert (status, answer["must_change"], answer["token"]) == (200, True, "")
    status, answer = await hub.ask("POST", SESSIONS_PATH, "", signing(first, new_password="short"))
    assert (status, answer["code"], answer["field"]) == (422, "password_short", "new_password")
    status, answer = await hub.ask("POST", SESSIONS_PATH, "", signing(first, new_password=PASSWORD))
    assert (status, answer["role"]) == (200, "dispatcher")
    object.__setattr__(hub.front.hall, "tokens", BothTokens(guards(hub)))
    token = answer["token"]
    case = hub.hall.register()
    hub.hall.do(case, "accept", actor("intake"), category="0602", place_confirmed=True)
    body = hub.hall.fill("file", case)
    status, done = await hub.ask("POST", f"/api/v1/incidents/{case.id}/actions/file", token, body)
    assert status == 200
    (numbered,) = hub.hall.store.read_after(done["gseq"] - 1, 1)
    assert (numbered.entry.actor, numbered.entry.session) == (WHO, answer["session"])
    assert (await hub.ask("DELETE", SESSIONS_PATH, token))[1] == {"session": answer["session"]}
    assert (await hub.ask("GET", "/api/v1/head", token))[0] == 401


async def test_wrong_passwords_lock_the_account(hub: Served) -> None:
    guards(hub).sign_ins.reset(WHO)
    codes = []
    for _ in range(6):
        status, problem = await hub.ask("POST", SESSIONS_PATH, "", signing("wrong-password-9"))
        codes.append((status, problem["code"]))
    assert codes[0] == (401, "sign_in_wrong")
    assert codes[-1] == (403, "account_locked")
    # An account that is not there cannot be told from a wrong password.
    unknown = {"operator": "op-nobody", "password": "wrong-password-9"}
    status, problem = await hub.ask("POST", SESSIONS_PATH, "", unknown)
    assert (status, problem["code"]) == (401, "sign_in_wrong")


async def test_a_machine_has_no_session_to_end(hub: Served) -> None:
    status, problem = await hub.ask("DELETE", SESSIONS_PATH, "intake")
    assert (status, problem["code"]) == (403, "not_allowed")


@pytest.fixture
async def guarded(tmp_path: Path, founded: Path) -> AsyncIterator[Served]:
    shutil.copytree(founded, tmp_path / "hall")
    async with served(tmp_path / "hall", SystemClock(), tls=True) as hub:
        yield hub


async def test_a_pc_joins_and_its_people_sign_in(guarded: Served, tmp_path: Path) -> None:
    """The desk's own code against the hub's own service, over TLS."""
    code = guards(guarded).enrolment.invite("窗口一", "")
    assert isinstance(code, str)
    joined = await asyncio.to_thread(join_hall, tmp_path, guarded.url, code, PC)
    assert not isinstance(joined, Refusal)
    devices = guarded.hall.projector.hall.devices
    assert devices[PC].letters == joined.letters
    again = await asyncio.to_thread(join_hall, tmp_path / "thief", guarded.url, code, PC[:-1] + "2")
    assert isinstance(again, Refusal)
    assert again.code == "enrolment_code_used"

    password = guards(guarded).sign_ins.reset(WHO)
    assert isinstance(password, str)
    asked = SignInAsked(WHO, password, new_password=PASSWORD)
    folder = DeviceFolder(tmp_path)
    seat = HubCalls(guarded.url, device_context(folder))
    signed = await asyncio.to_thread(seat.ask, "POST", SESSIONS_PATH, asked, SignedIn)
    assert isinstance(signed, SignedIn)
    opened = guarded.hall.store.history(f"operator:{WHO}")[-1]
    assert (opened.entry.kind, opened.entry.desk) == ("session_opened", joined.letters)
    # Without a certificate of this hall nobody even tries a password.
    bare = HubCalls(guarded.url, pinned_context(folder.ca.read_text(encoding="ascii")))
    refused = await asyncio.to_thread(bare.ask, "POST", SESSIONS_PATH, asked, SignedIn)
    assert isinstance(refused, Refusal)
    assert refused.code == "device"
    object.__setattr__(guarded.front.hall, "tokens", guards(guarded).tokens)
    ended = await asyncio.to_thread(
        lambda: seat.ask("DELETE", SESSIONS_PATH, None, SignedOut, token=signed.token)
    )
    assert ended == SignedOut(signed.session)
