"""Joining a hall from the PC's side: own key, trust by the code's proof of the hub, the certificate kept."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from app.base.errors import UsageError, WorldError
from app.domain.refusal import Refusal
from app.sync.hub_calls import HubCalls
from app.sync.joining.device_key import DeviceFolder, HubFile, request_certificate
from app.sync.joining.enrolled import CA_PATH, ENROL_PATH, EnrolAsked, Enrolled, ShownCa
from app.sync.joining.enrolment_code import EnrolmentCode, proof_of, read_code
from app.sync.joining.tls import device_context, pinned_context, unproved_context


def join_hall(
    data: Path, url: str, code: str, origin: str, *, label: str = "", language: str = "zh"
) -> HubFile | Refusal:
    """Enrol the PC whose database in `data` writes as `origin` at the hub `url`, by the code somebody typed.

    The code's secret leaves this PC only after the hub has proved to hold the CA the code speaks of. Repeated
    with the same code it goes on where it stopped. Waits for the hub for some seconds.

    UsageError for a mistyped code; WorldError when the hub is away, is another one, or answers strangely.
    """
    read = read_code(code)
    if read is None:
        raise UsageError("enrolment_code_mistyped")
    folder = DeviceFolder(data)
    ca = _proved_ca(url, read, language)
    key = folder.own_key()
    asked = EnrolAsked(read.secret, request_certificate(key, origin), label)
    calls = HubCalls(url, pinned_context(ca), language=language)
    answer = calls.ask("POST", ENROL_PATH, asked, Enrolled)
    if isinstance(answer, Refusal):
        return answer
    hub = HubFile(url, answer.stream, origin, answer.letters)
    # The CA that was proved, not the one that was sent along.
    folder.keep(answer.certificate, ca, hub)
    device_context(folder)
    return hub


def _proved_ca(url: str, code: EnrolmentCode, language: str) -> str:
    shown = HubCalls(url, unproved_context(), language=language).ask("GET", CA_PATH, None, ShownCa)
    if isinstance(shown, Refusal):
        raise WorldError("hub_not_proved", url=url, detail=shown.code)
    try:
        certificate = x509.load_pem_x509_certificate(shown.certificate.encode())
    except ValueError as error:
        raise WorldError("hub_not_proved", url=url, detail="certificate") from error
    if proof_of(certificate.public_bytes(serialization.Encoding.DER)) != code.proof:
        raise WorldError("hub_not_proved", url=url, detail="proof")
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
