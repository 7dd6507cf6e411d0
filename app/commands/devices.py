"""Letting a PC push to the hub, and putting it out: enrolment itself is the hub's matter (app.hub.safety)."""

from __future__ import annotations

import re

from app.commands.administering import ID_MAX, REASON_MAX, bad_name, may_administer, write
from app.commands.command import Outcome
from app.commands.desk import Desk
from app.domain.actor import Actor
from app.domain.devices import DeviceEnrolled, DeviceRevoked
from app.domain.refusal import Refusal
from app.projections.hall import Hall

MANAGE_DEVICES = "manage_devices"
DEVICE = "device:"
"""The beginning of the subject under which a PC's entries are found."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""First character of letters that are given: no I and O, which people read as digits over the phone."""

DIGITS = "123456789"
"""Second character of letters that are given."""

_LETTERS_FORM = re.compile(r"[0-9A-Z]{2}")
_FINGERPRINT_FORM = re.compile(r"[0-9a-f]{64}")


def enrol_device(desk: Desk, device: DeviceEnrolled, actor: Actor) -> Outcome:
    """The PC may push from here on. Its letters must not be another live device's, nor this desk's own."""
    refused = may_administer(desk, actor, MANAGE_DEVICES, "enrol_device") or _check(desk, device)
    return refused if refused is not None else write(desk, device, DEVICE + device.device, actor)


def revoke_device(desk: Desk, device: str, reason: str, actor: Actor) -> Outcome:
    """The PC may push no more. What it wrote stays, and its letters may be given again."""
    refused = may_administer(desk, actor, MANAGE_DEVICES, "revoke_device")
    if refused is not None:
        return refused
    if device not in desk.hall.devices:
        return Refusal("device_unknown", params={"device": device[:40]})
    refused = bad_name(reason, "reason", REASON_MAX)
    if refused is not None:
        return refused
    return write(desk, DeviceRevoked(device, reason.strip()), DEVICE + device, actor)


def free_letters(hall: Hall, *taken: str) -> str:
    """Letters that no live device has, nor stand in `taken`; empty when all are given."""
    given = {*taken, *(device.letters for device in hall.devices.values())}
    return next((a + b for a in LETTERS for b in DIGITS if a + b not in given), "")


def _check(desk: Desk, device: DeviceEnrolled) -> Refusal | None:
    if not device.device or len(device.device) > ID_MAX:
        return Refusal("field_missing", "device")
    if not _LETTERS_FORM.fullmatch(device.letters):
        return Refusal("letters_form", "letters", {"value": device.letters[:40]})
    others = {d.letters for d in desk.hall.devices.values() if d.device != device.device}
    if device.letters in {desk.letters, *others}:
        return Refusal("letters_taken", "letters", {"value": device.letters})
    if not _FINGERPRINT_FORM.fullmatch(device.fingerprint):
        return Refusal("fingerprint_form", "fingerprint")
    return bad_name(device.label.zh, "label") or bad_name(device.label.en, "label")
