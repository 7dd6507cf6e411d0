"""Enrolment: a one-time code lets one PC in, once; its certificate is bound to the origin it writes as."""

from __future__ import annotations

import re

from cryptography.hazmat.primitives.asymmetric import ec

from app.base.clock import HOUR_MS
from app.commands.desk import Desk
from app.commands.devices import enrol_device, free_letters, revoke_device
from app.domain.actor import Actor
from app.domain.devices import DeviceEnrolled
from app.domain.label import Label
from app.domain.refusal import Refusal
from app.hub.safety.ca import HallCa, read_request
from app.log.safety.enrolments import Enrolments, Invitation
from app.sync.joining.enrolled import EnrolAsked, Enrolled
from app.sync.joining.enrolment_code import new_code, secret_hash
from app.sync.joining.identity import key_fingerprint, named_origin

CODE_LIVES_MS = 24 * HOUR_MS
"""From making it in the office to typing it in the hall, once."""

LABEL_MAX = 40

LETTERS_FORM = re.compile(r"[0-9A-Z]{2}")


class Enrolment:
    """Makes codes and lets devices in. Every call waits for the disk."""

    def __init__(self, desk: Desk, ca: HallCa, enrolments: Enrolments, own_origin: str, stream: str) -> None:
        self._desk = desk
        self._ca = ca
        self._enrolments = enrolments
        self._own_origin = own_origin
        self._stream = stream

    def invite(self, label: str = "", letters: str = "") -> str | Refusal:
        """A code for one PC, to be typed there within a day; shown once. `letters` wishes for its two
        characters in case codes."""
        if len(label) > LABEL_MAX:
            return Refusal("field_long", "label", {"most": str(LABEL_MAX)})
        if letters and not LETTERS_FORM.fullmatch(letters):
            return Refusal("letters_form", "letters", {"value": letters[:40]})
        if letters in self._taken():
            return Refusal("letters_taken", "letters", {"value": letters[:40]})
        code = new_code(self._ca.der)
        now = self._desk.clock.now()
        row = Invitation(code.secret_hash(), label, letters, now + CODE_LIVES_MS)
        self._enrolments.put(row, now)
        return code.text()

    def enrol(self, asked: EnrolAsked, actor: Actor) -> Enrolled | Refusal:
        """Let the PC that shows a code in. The same key may ask again while the code lives: its first answer
        may have been lost; everybody else finds the code used up."""
        now = self._desk.clock.now()
        code_hash = secret_hash(asked.code)
        invited = self._enrolments.get(code_hash)
        if invited is None or invited.expires_at <= now:
            return Refusal("enrolment_code_unknown")
        request = read_request(asked.csr)
        key = request.public_key() if request is not None else None
        origin = named_origin(request.extensions) if request is not None else ""
        if not isinstance(key, ec.EllipticCurvePublicKey) or not origin:
            return Refusal("certificate_request_bad", "csr")
        fingerprint = key_fingerprint(key)
        standing = self._desk.hall.devices.get(origin)
        if origin == self._own_origin or (standing is not None and standing.fingerprint != fingerprint):
            # A copied database, or somebody who would pass for another device.
            return Refusal("device_stands")
        if not self._enrolments.spend(code_hash, now, fingerprint, origin):
            return Refusal("enrolment_code_used")
        if standing is None:
            wished = invited.letters if invited.letters not in self._taken() else ""
            letters = wished or free_letters(self._desk.hall, self._desk.letters)
            label = (invited.label or asked.label[:LABEL_MAX] or letters).strip()
            standing = DeviceEnrolled(origin, Label(label, label), letters, fingerprint)
            refused = enrol_device(self._desk, standing, actor)
            if isinstance(refused, Refusal):
                return refused
        certificate = self._ca.sign_device(key, origin, now)
        return Enrolled(certificate, self._ca.pem, standing.letters, self._stream)

    def revoke(self, device: str, reason: str, actor: Actor) -> str | Refusal:
        """Put a device out, by its origin or its letters; its origin. What it wrote stays."""
        for origin, standing in self._desk.hall.devices.items():
            if device in (origin, standing.letters):
                refused = revoke_device(self._desk, origin, reason, actor)
                return refused if isinstance(refused, Refusal) else origin
        return Refusal("device_unknown", params={"device": device[:40]})

    def _taken(self) -> set[str]:
        return {self._desk.letters, *(device.letters for device in self._desk.hall.devices.values())}
