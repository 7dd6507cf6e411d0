"""Contents over HTTP: in pieces, proved, and read only by who sees a case that names them."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.commands.attaching import attach
from app.commands.command import Content, Done
from app.commands.devices import enrol_device, revoke_device
from app.domain.actor import SYSTEM
from app.domain.devices import DeviceEnrolled
from app.domain.label import Label
from app.hub import limits
from app.hub.sweeping import sweeping
from app.log.attachments.port import PIECE_BYTES
from app.log.attachments.quota import IDLE_S
from app.sync.attachments.attached import ATTACHMENTS_PATH, PIECE_HASH
from app.sync.hub_calls import ORIGIN
from tests.helpers.contents import keep, named, picture, pieces
from tests.helpers.halls import actor
from tests.helpers.served_line import until
from tests.unit.hub.serving import Served

BODY = picture(2 * PIECE_BYTES + 100)
SHA = named(BODY)
CUT = pieces(BODY)
DESK = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def named_here(hub: Served) -> str:
    """A case of city management that names the content, which is here."""
    case = hub.hall.dispatched("CG")
    keep(hub.hall.store.attachments, BODY)
    content = Content(SHA, "现场.jpg", "image/jpeg", len(BODY))
    assert isinstance(attach(hub.hall.commander.desk, case.id, content, actor("dispatcher")), Done)
    return case.id


async def begin(hub: Served, who: str = "dispatcher", **more: Any) -> tuple[int, Any]:
    body = {"sha256": SHA, "bytes": len(BODY), "media": "image/jpeg"} | more
    return await hub.ask("POST", ATTACHMENTS_PATH, who, body)


async def put(
    hub: Served, index: int | str, piece: bytes, who: str = "dispatcher", **headers: str
) -> tuple[int, Any]:
    sent = {"Content_Type": "application/octet-stream", PIECE_HASH: named(piece), **headers}
    return await hub.ask("PUT", f"{ATTACHMENTS_PATH}/{SHA}/{index}", who, piece, **sent)


async def get(
    hub: Served, who: str = "dispatcher", method: str = "GET", **headers: str
) -> tuple[int, bytes, Any]:
    async with hub.send(method, f"{ATTACHMENTS_PATH}/{SHA}", who, None, **headers) as response:
        return response.status, await response.read(), response.headers


async def test_brought_in_pieces_and_gone_on_with(hub: Served) -> None:
    assert await begin(hub) == (
        200,
        {"sha256": SHA, "bytes": len(BODY), "piece_bytes": PIECE_BYTES, "have": [], "whole": False},
    )
    assert (await put(hub, 2, CUT[2]))[0] == 200
    assert (await put(hub, 0, CUT[0]))[1]["have"] == [[0, 0], [2, 2]]
    assert (await put(hub, 0, CUT[0]))[1]["have"] == [[0, 0], [2, 2]]
    assert (await begin(hub))[1]["have"] == [[0, 0], [2, 2]]
    status, answer = await put(hub, 1, CUT[1])
    assert (status, answer["have"], answer["whole"]) == (200, [[0, 2]], True)
    assert (await begin(hub))[1]["whole"]
    # Nobody sees what no case names.
    assert (await get(hub))[0] == 404


async def test_read_whole_and_in_part(hub: Served, named_here: str) -> None:
    status, body, headers = await get(hub)
    assert (status, body) == (200, BODY)
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"
    status, body, headers = await get(hub, method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(BODY)))
    end = len(BODY) - 1
    for asked, start, stop in (
        ("bytes=0-0", 0, 1),
        (f"bytes={PIECE_BYTES - 3}-{PIECE_BYTES + 3}", PIECE_BYTES - 3, PIECE_BYTES + 4),
        (f"bytes={PIECE_BYTES}-", PIECE_BYTES, len(BODY)),
        ("bytes=-5", len(BODY) - 5, len(BODY)),
        (f"bytes=5-{end + 900}", 5, len(BODY)),
    ):
        status, body, headers = await get(hub, Range=asked)
        assert (status, headers["Content-Range"]) == (206, f"bytes {start}-{stop - 1}/{len(BODY)}")
        assert body == BODY[start:stop], asked
    for asked in (f"bytes={len(BODY)}-", "bytes=9-5", "lines=1-2", "bytes=a-b"):
        status, _, headers = await get(hub, Range=asked)
        assert (status, headers["Content-Range"]) == (416, f"bytes */{len(BODY)}"), asked
    assert (await get(hub, Range="bytes=0-1,5-6"))[1] == BODY


async def test_read_by_who_sees_the_case_and_by_nobody_else(hub: Served, named_here: str) -> None:
    for who, status in (
        ("dispatcher", 200),
        ("unit", 200),
        ("police", 404),
        ("area", 404),
        ("admin", 403),
        ("auditor", 403),
        ("stranger", 401),
        ("", 401),
    ):
        assert (await get(hub, who))[0] == status, who
    attached = hub.hall.case(named_here).attachments[0]
    _, answer = await hub.ask("GET", f"/api/v1/incidents/{named_here}")
    assert answer["attachments"] == [
        {
            "entry": attached.eid,
            "sha256": SHA,
            "name": "现场.jpg",
            "media": "image/jpeg",
            "bytes": len(BODY),
            "order": "",
            "at": attached.at,
        }
    ]


async def test_named_and_not_come_yet(hub: Served) -> None:
    case = hub.hall.register()
    content = Content(SHA, "a.jpg", "image/jpeg", len(BODY))
    attach(hub.hall.commander.desk, case.id, content, actor("dispatcher"))
    status, problem = await hub.ask("GET", f"{ATTACHMENTS_PATH}/{SHA}")
    assert (status, problem["rule"]) == (404, "attachment_pending")
    await begin(hub)
    await put(hub, 0, CUT[0])
    assert (await get(hub))[0] == 404


async def test_what_is_not_begun(hub: Served) -> None:
    for more, status, rule in (
        ({"bytes": 5 * 1024**3}, 413, "attachment_too_big"),
        ({"bytes": 0}, 422, "attachment_empty"),
        ({"media": "application/x-msdownload"}, 415, "attachment_kind"),
        ({"media": ""}, 415, "attachment_kind"),
        ({"sha256": "../../muster.key"}, 422, "text"),
        ({"sha256": SHA.upper()}, 422, "text"),
        ({"sha256": "' OR 1=1 --" + "0" * 53}, 422, "text"),
    ):
        found, problem = await begin(hub, **more)
        assert (found, problem["status"]) == (status, status), more
        assert problem["rule"] == rule or rule == "text", more
    assert (await begin(hub, "admin"))[0] == 403
    assert (await begin(hub, ""))[0] == 401
    await begin(hub)
    found, problem = await begin(hub, bytes=7)
    assert (found, problem["rule"]) == (409, "attachment_size_differs")


async def test_what_is_no_piece(hub: Served) -> None:
    assert (await put(hub, 0, CUT[0]))[1]["rule"] == "attachment_not_begun"
    await begin(hub)
    for index, piece, headers, status, rule in (
        (0, CUT[0], {PIECE_HASH: "0" * 64}, 422, "piece_hash"),
        (0, CUT[0], {PIECE_HASH: ""}, 422, "piece_hash"),
        (0, CUT[0][:-1], {}, 422, "piece_length"),
        (0, b"MZ" + CUT[0][2:], {}, 415, "attachment_kind"),
        (3, CUT[2], {}, 422, "piece_unknown"),
        (-1, CUT[2], {}, 422, "piece_unknown"),
        ("x", CUT[2], {}, 422, "piece_unknown"),
        ("..%2f..%2fmuster.key", CUT[2], {}, 422, "piece_unknown"),
        (99999, CUT[2], {}, 422, "piece_unknown"),
        (0, CUT[0], {"Content_Type": "application/json"}, 415, "media_type"),
    ):
        found, problem = await put(hub, index, piece, **headers)
        assert (found, problem["rule"]) == (status, rule), (index, headers)
    assert (await begin(hub))[1]["have"] == []
    path = f"{ATTACHMENTS_PATH}/..%2f..%2fmuster.key/0"
    sent = {"Content_Type": "application/octet-stream", PIECE_HASH: named(CUT[0])}
    found, problem = await hub.ask("PUT", path, "dispatcher", CUT[0], **sent)
    assert (found, problem["rule"]) == (422, "attachment_hash_form")


async def test_a_wrong_whole_is_thrown_away(hub: Served) -> None:
    await begin(hub)
    wrong = [CUT[0], bytes(PIECE_BYTES), CUT[2]]
    await put(hub, 0, wrong[0])
    await put(hub, 1, wrong[1])
    status, problem = await put(hub, 2, wrong[2])
    assert (status, problem["rule"]) == (422, "attachment_hash_wrong")
    assert (await begin(hub))[1]["have"] == []


async def raw(hub: Served, head: str, rest: int) -> bytes:
    """What the hub says to a request by hand, before any of the `rest` bytes that were promised comes."""
    parts = urlsplit(hub.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    told = f"{head}\r\nHost: hub\r\nAuthorization: Bearer dispatcher\r\nContent-Length: {rest}\r\n"
    writer.write(f"{told}Content-Type: application/octet-stream\r\n\r\n".encode())
    try:
        async with asyncio.timeout(5):
            return await reader.readline()
    except TimeoutError:
        return b""
    finally:
        writer.transport.abort()


async def test_five_gb_are_refused_before_a_byte_is_read(hub: Served) -> None:
    put_ = f"PUT {ATTACHMENTS_PATH}/{SHA}/0 HTTP/1.1"
    assert b"413" in await raw(hub, put_, rest=5 * 1024**3)
    assert b"413" in await raw(hub, put_, rest=PIECE_BYTES + 1)


async def test_cut_in_the_middle_of_a_piece_nothing_of_it_is_kept(hub: Served) -> None:
    await begin(hub)
    put_ = f"PUT {ATTACHMENTS_PATH}/{SHA}/0 HTTP/1.1"
    parts = urlsplit(hub.url)
    with socket.create_connection((str(parts.hostname), parts.port or 0)) as line:
        told = f"{put_}\r\nHost: hub\r\nAuthorization: Bearer dispatcher\r\nContent-Length: {PIECE_BYTES}\r\n"
        told += f"{PIECE_HASH}: {named(CUT[0])}\r\nContent-Type: application/octet-stream\r\n\r\n"
        line.sendall(told.encode() + CUT[0][: PIECE_BYTES // 2])
        await until(lambda: hub.front.pieces == 1)
    await until(lambda: hub.front.pieces == 0)
    assert (await begin(hub))[1]["have"] == []
    assert (await put(hub, 0, CUT[0]))[1]["have"] == [[0, 0]]


async def test_too_many_pieces_at_once_come_again(hub: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await begin(hub)
    hub.front.pieces = limits.PIECES_AT_ONCE_MAX
    assert (await put(hub, 0, CUT[0]))[0] == 503
    hub.front.pieces = 0
    assert (await put(hub, 0, CUT[0]))[0] == 200


async def test_a_report_with_what_was_brought_before(hub: Served) -> None:
    keep(hub.hall.store.attachments, BODY)
    report = {"channel": "grid", "text": "路面塌陷", "attachments": [SHA, SHA]}
    status, answer = await hub.ask("POST", "/api/v1/reports", "intake", report, Idempotency_Key="k")
    assert status == 201
    (found,) = hub.hall.case(answer["incident"]).attachments
    assert (found.sha256, found.name, found.media) == (SHA, f"{SHA[:12]}.jpg", "image/jpeg")
    assert await hub.ask("POST", "/api/v1/reports", "intake", report, Idempotency_Key="k") == (200, answer)
    assert (await get(hub, "intake"))[1] == BODY


async def test_a_desk_on_loopback_is_known_by_its_origin(hub: Served, named_here: str) -> None:
    desk = hub.hall.commander.desk
    enrol_device(desk, DeviceEnrolled(DESK, Label("席", "desk"), "B1", "0f" * 32), SYSTEM)
    status, body, _ = await get(hub, "", Muster_Origin=DESK)
    assert (status, body) == (200, BODY)
    assert ORIGIN == "Muster-Origin"
    assert (await get(hub, "", Muster_Origin="00000000-0000-4000-8000-000000000002"))[0] == 401
    revoke_device(desk, DESK, "lost", SYSTEM)
    assert (await get(hub, "", Muster_Origin=DESK))[0] == 401


async def test_what_no_case_names_is_swept_and_what_one_names_stays(hub: Served, named_here: str) -> None:
    store = hub.hall.store.attachments
    stray = keep(store, picture(700, seed=5))
    folder = Path(hub.hall.store.folder) / "attachments"
    for sha256 in (SHA, stray.sha256):
        path = folder / sha256[:2] / sha256
        old = path.stat().st_mtime - IDLE_S - 60
        os.utime(path, (old, old))
    hall = replace(hub.front.hall)
    async with sweeping(hall, 0.01):
        await until(lambda: store.standing(stray.sha256) is None)
    assert store.standing(SHA) is not None
