"""Wrong frames and wrong certificates on the real line: refused with the reason, logged once, while another
desk's work goes on."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import aiohttp
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.base.clock import DAY_MS
from app.bootstrap.control import ask_running
from app.bootstrap.safety_verbs import RevokeDevice
from app.hub.safety.certificates import ca_certificate, device_certificate
from app.sync.frames import (
    FRAME_BYTES_MAX,
    PAGE_ENTRIES_MAX,
    Ack,
    AskSecrets,
    FromDesk,
    Ping,
    Push,
    Refused,
    Secrets,
)
from app.sync.hub.line import REFS_MAX
from app.sync.joining.device_key import DeviceFolder, read_key
from app.sync.joining.tls import pinned_context
from tests.helpers.line_programs import Desks, Hub, status
from tests.helpers.proving import proved, same
from tests.helpers.rogue import Rogue, changed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]

Said = Sequence[FromDesk | bytes | str]


class Scene:
    """A hub, a desk that works as it should, and one that does not."""

    def __init__(self, folder: Path) -> None:
        self.hub = Hub(folder / "hub", tls=True).start()
        self.desk = Desks([folder / "desk"], self.hub.url, [self.hub.invite("desk")]).start()
        self.rogue = Rogue(folder / "rogue", self.hub.url, self.hub.invite("rogue"))
        self.victim = self.desk.ask("origin")

    def unharmed(self) -> None:
        """The other desk writes and is numbered, on the line it had."""
        self.desk.ask("register")
        told = status(self.desk.ask("wait", pending=0, s=20))
        assert (told.pending, told.phase, told.trouble) == (0, "live", "")
        assert self.hub.alive

    def close(self) -> None:
        self.rogue.close()
        self.desk.kill()
        self.hub.kill()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("frames"))
    try:
        yield scene
    finally:
        scene.close()


class Wrong(NamedTuple):
    """What is said on a line, before the Hello was heard or after it, and the code of the refusal."""

    said: Callable[[Scene], Said]
    code: str
    let_in: bool = True


def _other_kind(_scene: Scene) -> Said:
    return [msgspec.msgpack.encode({"type": "dance", "steps": 3})]


def _foreign(scene: Scene) -> Said:
    (parcel,) = scene.rogue.seal()
    return [Push((changed(parcel, scene.rogue.log.origin, scene.victim),))]


def _broken_chain(scene: Scene) -> Said:
    first, second = [scene.rogue.seal()[0] for _ in range(2)]
    prev = msgspec.json.decode(second.raw)["prev_origin_hash"]
    end = "0" if prev[-1] != "0" else "1"
    return [Push((first, changed(second, prev, prev[:-1] + end)))]


def _behind_a_gap(scene: Scene) -> Said:
    _, second = [scene.rogue.seal()[0] for _ in range(2)]
    return [Push((second,))]


WRONG = {
    "no frame at all": Wrong(lambda _: [b"\xff\x00\xc1"], "broken", False),
    "nothing": Wrong(lambda _: [b""], "broken", False),
    "half a hello": Wrong(lambda s: [msgspec.msgpack.encode(s.rogue.hello())[:-9]], "broken", False),
    "text": Wrong(lambda _: ['{"type": "hello"}'], "broken", False),
    "an unknown kind": Wrong(_other_kind, "broken"),
    "an unknown version": Wrong(lambda s: [s.rogue.hello(protocol=99)], "protocol", False),
    "a ping before hello": Wrong(lambda _: [Ping(1, 0)], "broken", False),
    "a push before hello": Wrong(lambda s: [Push(tuple(s.rogue.seal()))], "broken", False),
    "two hellos": Wrong(lambda s: [s.rogue.hello()], "broken"),
    "another's origin": Wrong(lambda s: [s.rogue.hello(origin=s.victim)], "origin", False),
    "no origin": Wrong(lambda s: [s.rogue.hello(origin="")], "broken", False),
    "SQL as an origin": Wrong(lambda s: [s.rogue.hello(origin="' OR 1=1 --")], "origin", False),
    "another stream": Wrong(lambda s: [s.rogue.hello(stream="another")], "stream", False),
    "a number from the future": Wrong(
        lambda s: [s.rogue.hello(stream=s.rogue.stream, gseq=10**9)], "ahead", False
    ),
    "a number below zero": Wrong(lambda s: [s.rogue.hello(gseq=-1)], "broken", False),
    "a wrong hash": Wrong(
        lambda s: [s.rogue.hello(stream=s.rogue.stream, epoch=1, gseq=3, hash="sha256:00")], "diverged", False
    ),
    "an empty push": Wrong(lambda _: [Push(())], "broken"),
    "a push of too many": Wrong(lambda s: [Push(tuple(s.rogue.seal() * (PAGE_ENTRIES_MAX + 1)))], "too_big"),
    "unreadable entries": Wrong(
        lambda s: [Push((msgspec.structs.replace(s.rogue.seal()[0], raw=b'{"v":1,'),))], "broken"
    ),
    "another's entry": Wrong(_foreign, "broken"),
    "a broken chain": Wrong(_broken_chain, "broken"),
    "out of order": Wrong(_behind_a_gap, "broken"),
    "too many references": Wrong(lambda _: [AskSecrets(("ref",) * (REFS_MAX + 1))], "too_big"),
    "a ping a millisecond": Wrong(lambda _: [Ping(n, 0) for n in range(300)], "rate"),
}


def refusals(hub: Hub) -> int:
    """How many lines the hub's log says were refused; what failed in the hub itself it must not say."""
    assert '"error"' not in hub.log
    return sum('"hub.line_ended"' in line and '"left"' not in line for line in hub.log.splitlines())


@pytest.mark.parametrize("name", WRONG)
async def test_refused_with_the_reason_and_logged_once(scene: Scene, name: str) -> None:
    wrong = WRONG[name]
    before, head = refusals(scene.hub), proved(scene.hub.data).head
    said = wrong.said(scene)
    async with scene.rogue.welcomed() if wrong.let_in else scene.rogue.line() as line:
        await line.say(*said)
        heard = await line.end()
    assert isinstance(heard[-1], Refused), heard[-3:]
    assert heard[-1].code == wrong.code
    assert line.code == aiohttp.WSCloseCode.POLICY_VIOLATION
    assert proved(scene.hub.data).head == head
    scene.unharmed()
    assert refusals(scene.hub) == before + 1


async def test_a_frame_too_big_is_refused_before_it_is_read(scene: Scene) -> None:
    before = refusals(scene.hub)
    async with scene.rogue.welcomed() as line:
        # The hub does not wait for the rest of it: whether its word or the reset comes first is chance.
        with contextlib.suppress(ConnectionError):
            await line.say(b"\x00" * (FRAME_BYTES_MAX + 1))
        heard = await line.end()
    assert not any(isinstance(frame, Ack) for frame in heard)
    scene.unharmed()
    assert refusals(scene.hub) == before + 1
    assert '"too_big"' in scene.hub.log


async def test_what_is_sent_again_stands_once(scene: Scene) -> None:
    waiting = tuple(scene.rogue.log.waiting(0, 400, FRAME_BYTES_MAX // 2))
    async with scene.rogue.welcomed() as line:
        for _ in range(3):
            await line.say(Push(waiting))
            ack = await line.hear(Ack)
            assert isinstance(ack, Ack)
            assert ack.oseq == scene.rogue.log.sealed()
    there = proved(scene.hub.data).numbered
    for parcel in waiting:
        assert msgspec.json.decode(parcel.raw)["eid"] in there
    scene.unharmed()


async def test_another_entry_under_a_number_that_stands_is_a_fork(scene: Scene) -> None:
    (parcel,) = scene.rogue.seal()
    async with scene.rogue.welcomed() as line:
        await line.say(Push((parcel,)))
        await line.hear(Ack)
        await line.say(Push((changed(parcel, "op-intake", "op-leader"),)))
        heard = await line.end()
    assert isinstance(heard[-1], Refused)
    assert heard[-1].code == "forked"
    scene.unharmed()


async def test_personal_data_of_others_is_not_given_away(scene: Scene) -> None:
    case = scene.desk.ask("register", reporter_name="王小明", reporter_phone="13800001234")["incident"]
    assert status(scene.desk.ask("wait", pending=0)).pending == 0
    reporter = scene.desk.ask("case", incident=case)
    refs = _refs(reporter)
    assert refs
    async with scene.rogue.welcomed() as line:
        await line.say(AskSecrets((*refs, "' OR 1=1 --", "../../muster.key")))
        answer = await line.hear(Secrets)
    assert answer == Secrets(())


def _refs(value: object) -> list[str]:
    """Every reference to personal data in a case, however deep."""
    if isinstance(value, dict):
        own = [value["ref"]] if isinstance(value.get("ref"), str) else []
        return own + [ref for inner in value.values() for ref in _refs(inner)]
    return [ref for inner in value for ref in _refs(inner)] if isinstance(value, list) else []


# Certificates


def shown(
    scene: Scene, folder: Path, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, now: int
) -> ssl.SSLContext:
    """What the rogue device shows: a certificate of its own key and origin by that CA, made at `now`."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = device_certificate(ca, ca_key, key.public_key(), scene.rogue.log.origin, now)
    paths = folder / "key.pem", folder / "certificate.pem"
    paths[0].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    paths[1].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = pinned_context((scene.hub.data / "ca" / "ca.pem").read_text())
    context.load_cert_chain(paths[1], paths[0])
    return context


def closed_at_the_door(scene: Scene, context: ssl.SSLContext) -> None:
    """With TLS 1.3 the client hears of it only after its own handshake, from whatever it reads first."""
    try:
        with (
            socket.create_connection((scene.hub.host, scene.hub.port), 20) as plain,
            context.wrap_socket(plain) as line,
        ):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n")
            answer = line.recv(64)
    except (ssl.SSLError, ConnectionError):
        answer = b""
    assert answer == b""
    scene.unharmed()


def test_a_certificate_of_a_foreign_ca(scene: Scene, tmp_path: Path) -> None:
    now = scene.desk.ask("now")
    key = ec.generate_private_key(ec.SECP256R1())
    closed_at_the_door(scene, shown(scene, tmp_path, ca_certificate(key, "another", now), key, now))


def test_a_certificate_that_has_ended(scene: Scene, tmp_path: Path) -> None:
    ca = x509.load_pem_x509_certificate((scene.hub.data / "ca" / "ca.pem").read_bytes())
    key = read_key(scene.hub.data / "ca" / "ca.key")
    past = scene.desk.ask("now") - 11 * 365 * DAY_MS
    closed_at_the_door(scene, shown(scene, tmp_path, ca, key, past))


async def test_another_key_for_an_enrolled_device(scene: Scene, tmp_path: Path) -> None:
    ca = x509.load_pem_x509_certificate((scene.hub.data / "ca" / "ca.pem").read_bytes())
    key = read_key(scene.hub.data / "ca" / "ca.key")
    context = shown(scene, tmp_path, ca, key, scene.desk.ask("now"))
    async with scene.rogue.line(context) as line:
        await line.say(scene.rogue.hello())
        heard = await line.end()
    assert isinstance(heard[-1], Refused)
    assert heard[-1].code == "revoked"
    scene.unharmed()


def test_no_certificate_and_an_old_tls(scene: Scene) -> None:
    context = pinned_context((scene.hub.data / "ca" / "ca.pem").read_text())
    line = http.client.HTTPSConnection(scene.hub.host, scene.hub.port, timeout=20, context=context)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    line.request("GET", "/api/v1/sync", headers=upgrade | {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert line.getresponse().status == 403
    line.close()
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    closed_at_the_door(scene, old)


async def test_put_out_while_on_the_line_and_kept_out(scene: Scene) -> None:
    async with scene.rogue.welcomed() as line:
        done = ask_running(scene.hub.data, "device_revoke", RevokeDevice(scene.rogue.log.origin))
        assert done == scene.rogue.log.origin
        heard = await line.end()
    assert isinstance(heard[-1], Refused)
    assert heard[-1].code == "revoked"
    async with scene.rogue.line() as line:
        await line.say(scene.rogue.hello())
        heard = await line.end()
    assert isinstance(heard[-1], Refused)
    assert heard[-1].code == "revoked"
    scene.unharmed()
    head = status(scene.desk.ask("status")).hub_gseq
    assert status(scene.desk.ask("wait", gseq=head, pending=0)).gseq >= head
    same(scene.hub.data, scene.desk.data)
    assert DeviceFolder(scene.desk.data[0]).enrolled
