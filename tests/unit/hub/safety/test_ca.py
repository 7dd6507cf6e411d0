"""The hall's CA over real TLS: who gets in, who does not, and what is renewed or missed."""

from __future__ import annotations

import ssl
import stat
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

from app.base.clock import DAY_MS, Instant, SystemClock
from app.base.errors import WorldError
from app.domain.devices import DeviceEnrolled
from app.domain.label import Label
from app.hub.safety.ca import CaFolder, HallCa, open_ca, own_names, read_request
from app.hub.safety.peers import live_device
from app.sync.joining.device_key import DeviceFolder, HubFile, read_key, request_certificate, write_key
from app.sync.joining.identity import key_fingerprint, named_origin
from app.sync.joining.tls import device_context, pinned_context, unproved_context
from tests.helpers.safety import talk, tls_echo

ORIGIN = "0198c1de-0000-7000-8000-000000000001"
OTHER = "0198c1de-0000-7000-8000-000000000002"
NOW = SystemClock().now()
NAMES = ["127.0.0.1", "localhost"]


def device(folder: Path, ca: HallCa, origin: str = ORIGIN, now: Instant = NOW) -> DeviceFolder:
    """An enrolled device in `folder`, its certificate signed by `ca` at `now`."""
    files = DeviceFolder(folder)
    certificate = ca.sign_device(files.own_key().public_key(), origin, now)
    files.keep(certificate, ca.pem, HubFile("https://127.0.0.1", "stream", origin, "A2"))
    return files


@pytest.fixture
def ca(tmp_path: Path) -> HallCa:
    (tmp_path / "hub").mkdir()
    return open_ca(tmp_path / "hub", "hall-1", NOW)


def test_an_enrolled_device_gets_in_under_its_origin(ca: HallCa, tmp_path: Path) -> None:
    files = device(tmp_path / "desk", ca)
    with tls_echo(ca.server_context(NAMES, NOW)) as echo:
        assert talk(device_context(files), echo.port) == "TLSv1.3"
    fingerprint = key_fingerprint(read_key(files.key).public_key())
    assert echo.peers == [(ORIGIN, fingerprint)]


def test_a_client_without_a_certificate_gets_in_unnamed(ca: HallCa) -> None:
    with tls_echo(ca.server_context(NAMES, NOW)) as echo:
        assert talk(pinned_context(ca.pem), echo.port) == "TLSv1.3"
    assert echo.peers == [("", "")]


def test_a_foreign_ca_is_refused_on_both_sides(ca: HallCa, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    foreign = open_ca(tmp_path / "elsewhere", "hall-1", NOW)
    stranger = device(tmp_path / "stranger", foreign)
    lured = pinned_context(ca.pem)
    lured.load_cert_chain(stranger.certificate, stranger.key)
    with tls_echo(ca.server_context(NAMES, NOW)) as echo:
        with pytest.raises(ssl.SSLError):
            talk(device_context(stranger), echo.port)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            talk(lured, echo.port)
    assert echo.peers == []


def test_an_expired_certificate_is_refused_by_the_hub(ca: HallCa, tmp_path: Path) -> None:
    old = device(tmp_path / "desk", ca, now=NOW - 11 * 365 * DAY_MS)
    early = device(tmp_path / "early", ca, now=NOW + 30 * DAY_MS)
    with tls_echo(ca.server_context(NAMES, NOW)) as echo:
        for files in (old, early):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                talk(device_context(files), echo.port)
    assert echo.peers == []


def test_a_desk_whose_clock_is_years_off_still_trusts_its_hub(tmp_path: Path) -> None:
    # Seen from the desk the hub's certificates have long ended: the desk's clock may be what is wrong.
    (tmp_path / "hub").mkdir()
    past = NOW - 30 * 365 * DAY_MS
    ca = open_ca(tmp_path / "hub", "hall-1", past)
    with tls_echo(ca.server_context(NAMES, past)) as echo:
        assert talk(pinned_context(ca.pem), echo.port) == "TLSv1.3"


def test_a_device_cannot_pass_for_the_hub(ca: HallCa, tmp_path: Path) -> None:
    files = device(tmp_path / "desk", ca)
    posing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    posing.load_cert_chain(files.certificate, files.key)
    with tls_echo(posing) as echo, pytest.raises(ssl.SSLCertVerificationError):
        talk(pinned_context(ca.pem), echo.port)


def test_the_hub_cannot_pass_for_a_device(ca: HallCa, tmp_path: Path) -> None:
    context = ca.server_context(NAMES, NOW)
    posing = pinned_context(ca.pem)
    folder = CaFolder(tmp_path / "hub")
    posing.load_cert_chain(folder.server, folder.server_key)
    with tls_echo(context) as echo, pytest.raises((ssl.SSLError, ConnectionError)):
        talk(posing, echo.port)
    assert echo.peers == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_1_2_is_refused(ca: HallCa) -> None:
    old = unproved_context()
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with tls_echo(ca.server_context(NAMES, NOW)) as echo, pytest.raises(ssl.SSLError):
        talk(old, echo.port)
    assert echo.peers == []


def test_a_revoked_device_is_known_no_more(ca: HallCa, tmp_path: Path) -> None:
    fingerprint = key_fingerprint(device(tmp_path / "desk", ca).own_key().public_key())
    enrolled = DeviceEnrolled(ORIGIN, Label("甲席", "Seat A"), "A2", fingerprint)
    line = _Line(DeviceFolder(tmp_path / "desk").certificate)
    assert live_device(line, {ORIGIN: enrolled}) == enrolled
    assert live_device(line, {}) is None, "revoked"
    assert live_device(line, {OTHER: replace(enrolled, device=OTHER)}) is None, "another device"
    assert live_device(line, {ORIGIN: replace(enrolled, fingerprint="0" * 64)}) is None, "another key"
    assert live_device(None, {ORIGIN: enrolled}) is None


class _Line(ssl.SSLObject):
    """A line whose peer has shown the certificate in a file."""

    def __new__(cls, _path: Path) -> _Line:
        return object.__new__(cls)

    def __init__(self, path: Path) -> None:
        self._der = ssl.PEM_cert_to_DER_cert(path.read_text(encoding="ascii"))

    def getpeercert(self, binary_form: bool = False) -> bytes:  # type: ignore[override]
        assert binary_form
        return self._der


def test_the_ca_stands_and_its_key_is_its_owners_alone(tmp_path: Path) -> None:
    first = open_ca(tmp_path, "hall-1", NOW)
    assert open_ca(tmp_path, "hall-1", NOW + DAY_MS).pem == first.pem
    if sys.platform != "win32":
        assert stat.S_IMODE(CaFolder(tmp_path).key.stat().st_mode) == 0o600
        assert stat.S_IMODE(CaFolder(tmp_path).path.stat().st_mode) == 0o700


def test_a_lost_or_foreign_ca_file_is_told_and_never_replaced(tmp_path: Path) -> None:
    open_ca(tmp_path, "hall-1", NOW)
    folder = CaFolder(tmp_path)
    key = folder.key.read_bytes()
    folder.key.unlink()
    with pytest.raises(WorldError, match="ca_key_missing"):
        open_ca(tmp_path, "hall-1", NOW)
    write_key(folder.key, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(WorldError, match="ca_broken"):
        open_ca(tmp_path, "hall-1", NOW)
    folder.key.write_bytes(key)
    folder.certificate.write_text("no certificate", encoding="ascii")
    with pytest.raises(WorldError, match="ca_broken"):
        open_ca(tmp_path, "hall-1", NOW)


def test_a_crash_between_key_and_certificate_is_taken_up(tmp_path: Path) -> None:
    folder = CaFolder(tmp_path)
    folder.path.mkdir()
    write_key(folder.key, ec.generate_private_key(ec.SECP256R1()))
    key = folder.key.read_bytes()
    ca = open_ca(tmp_path, "hall-1", NOW)
    assert folder.key.read_bytes() == key
    ca.server_context(NAMES, NOW)
    folder.server.unlink()
    ca.server_context(NAMES, NOW)
    assert folder.server.exists()


def test_the_hubs_certificate_is_kept_until_it_must_be_made_anew(tmp_path: Path) -> None:
    ca, folder = open_ca(tmp_path, "hall-1", NOW), CaFolder(tmp_path)
    ca.server_context(NAMES, NOW)
    first = folder.server.read_bytes()
    ca.server_context(reversed(NAMES), NOW + 300 * DAY_MS)
    assert folder.server.read_bytes() == first
    ca.server_context([*NAMES, "hub.hall.example"], NOW)
    second = folder.server.read_bytes()
    assert second != first, "another name"
    ca.server_context(NAMES, NOW + 350 * DAY_MS)
    assert folder.server.read_bytes() != second, "it ends soon"


def test_the_hubs_certificate_says_its_names(tmp_path: Path) -> None:
    open_ca(tmp_path, "hall-1", NOW).server_context(["10.1.2.3", "hub.hall.example"], NOW)
    made = x509.load_pem_x509_certificate(CaFolder(tmp_path).server.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["10.1.2.3"]
    assert names.get_values_for_type(x509.DNSName) == ["hub.hall.example"]
    assert {"localhost", "127.0.0.1", "10.9.8.7"} <= set(own_names("10.9.8.7"))
    assert "0.0.0.0" not in own_names("0.0.0.0")


def test_a_request_names_one_origin_and_proves_its_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = read_request(request_certificate(key, ORIGIN))
    assert asked is not None
    assert named_origin(asked.extensions) == ORIGIN
    assert key_fingerprint(asked.public_key()) == key_fingerprint(key.public_key())
    wrong = read_request(request_certificate(key, "'; DROP TABLE entry; --"))
    assert wrong is not None
    assert named_origin(wrong.extensions) == ""


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END", "A" * 9000])
def test_what_is_no_request_is_none(text: str) -> None:
    assert read_request(text) is None


def test_a_request_whose_signature_is_not_its_own_is_none() -> None:
    pem = request_certificate(ec.generate_private_key(ec.SECP256R1()), ORIGIN)
    lines = pem.splitlines()
    body = "".join(lines[1:-1])
    at = len(body) - 12
    broken = body[:at] + ("B" if body[at] != "B" else "C") + body[at + 1 :]
    assert read_request("\n".join([lines[0], broken, lines[-1]])) is None
