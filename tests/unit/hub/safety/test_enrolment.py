"""Enrolment at the hub: one code, one PC; what is wrong is refused and spends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from app.base.clock import HOUR_MS
from app.domain.actor import SYSTEM
from app.domain.refusal import Refusal
from app.hub.safety.enrolment import CODE_LIVES_MS
from app.hub.safety.safety import Safety
from app.sync.joining.device_key import request_certificate
from app.sync.joining.enrolled import EnrolAsked, Enrolled
from app.sync.joining.enrolment_code import read_code
from app.sync.joining.identity import key_fingerprint, named_origin
from tests.helpers.halls import TestHall
from tests.helpers.safety import guarded

ORIGIN = "0198c1de-0000-7000-8000-000000000001"
OTHER = "0198c1de-0000-7000-8000-000000000002"

Guarded = tuple[TestHall, Safety]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Guarded]:
    with guarded(tmp_path) as both:
        yield both


def invite(safety: Safety, label: str = "甲席", letters: str = "") -> str:
    """The secret of a new code."""
    text = safety.enrolment.invite(label, letters)
    assert isinstance(text, str), text
    code = read_code(text)
    assert code is not None
    return code.secret


def asked(secret: str, key: ec.EllipticCurvePrivateKey | None = None, origin: str = ORIGIN) -> EnrolAsked:
    key = key or ec.generate_private_key(ec.SECP256R1())
    return EnrolAsked(secret, request_certificate(key, origin), "屏前的电脑")


def refusal(answer: Enrolled | Refusal) -> str:
    return answer.code if isinstance(answer, Refusal) else "enrolled"


def test_a_code_lets_one_pc_in(here: Guarded) -> None:
    hall, safety = here
    key = ec.generate_private_key(ec.SECP256R1())
    answer = safety.enrolment.enrol(asked(invite(safety), key), SYSTEM)
    assert isinstance(answer, Enrolled)
    made = x509.load_pem_x509_certificate(answer.certificate.encode())
    assert named_origin(made.extensions) == ORIGIN
    assert made.public_key() == key.public_key()
    assert (answer.ca, answer.stream) == (safety.ca.pem, hall.store.about.stream)
    device = hall.projector.hall.devices[ORIGIN]
    assert (device.letters, device.label.zh) == (answer.letters, "甲席")
    assert device.fingerprint == key_fingerprint(key.public_key())
    assert answer.letters != "A1", "the hub's own"


def test_a_code_is_used_up_by_one_key(here: Guarded) -> None:
    hall, safety = here
    secret, key = invite(safety), ec.generate_private_key(ec.SECP256R1())
    assert refusal(safety.enrolment.enrol(asked(secret, key), SYSTEM)) == "enrolled"
    head = hall.store.head().gseq
    assert refusal(safety.enrolment.enrol(asked(secret, key), SYSTEM)) == "enrolled", "a lost answer"
    assert hall.store.head().gseq == head, "and no second entry"
    assert refusal(safety.enrolment.enrol(asked(secret, origin=OTHER), SYSTEM)) == "enrolment_code_used"
    assert refusal(safety.enrolment.enrol(asked(secret, key, OTHER), SYSTEM)) == "enrolment_code_used"


def test_a_code_ends_after_a_day(here: Guarded) -> None:
    hall, safety = here
    secret, late = invite(safety), invite(safety, "乙席")
    hall.time.advance(CODE_LIVES_MS - 1)
    assert refusal(safety.enrolment.enrol(asked(secret), SYSTEM)) == "enrolled"
    hall.time.advance(1)
    assert refusal(safety.enrolment.enrol(asked(late, origin=OTHER), SYSTEM)) == "enrolment_code_unknown"


def test_bad_requests_leave_the_code_good(here: Guarded) -> None:
    hall, safety = here
    secret = invite(safety)
    key = ec.generate_private_key(ec.SECP256R1())
    own = hall.store.about.database
    for wish, code in (
        (asked("0" * 18, key), "enrolment_code_unknown"),
        (asked("'; DROP TABLE enrolment; --", key), "enrolment_code_unknown"),
        (EnrolAsked(secret, "no request"), "certificate_request_bad"),
        (asked(secret, key, "not-an-origin"), "certificate_request_bad"),
        (asked(secret, key, ORIGIN.upper().replace("E", "e").replace("C", "C")), "certificate_request_bad"),
        (asked(secret, key, own), "device_stands"),
    ):
        assert refusal(safety.enrolment.enrol(wish, SYSTEM)) == code
    assert refusal(safety.enrolment.enrol(asked(secret, key), SYSTEM)) == "enrolled"


def test_a_standing_device_is_not_replaced_until_it_is_revoked(here: Guarded) -> None:
    hall, safety = here
    assert refusal(safety.enrolment.enrol(asked(invite(safety)), SYSTEM)) == "enrolled"
    again = asked(invite(safety))
    assert refusal(safety.enrolment.enrol(again, SYSTEM)) == "device_stands"
    assert safety.enrolment.revoke(hall.projector.hall.devices[ORIGIN].letters, "stolen", SYSTEM) == ORIGIN
    assert ORIGIN not in hall.projector.hall.devices
    assert refusal(safety.enrolment.enrol(again, SYSTEM)) == "enrolled"


def test_letters_are_wished_for_and_never_given_twice(here: Guarded) -> None:
    hall, safety = here
    first, second = invite(safety, letters="K7"), invite(safety, letters="K7")
    for secret, origin in ((first, ORIGIN), (second, OTHER)):
        assert refusal(safety.enrolment.enrol(asked(secret, origin=origin), SYSTEM)) == "enrolled"
    given = [device.letters for device in hall.projector.hall.devices.values()]
    assert given[0] == "K7"
    assert given[1] not in ("K7", "A1")
    for letters, code in (("K7", "letters_taken"), ("A1", "letters_taken"), ("k", "letters_form")):
        answer = safety.enrolment.invite("丙席", letters)
        assert isinstance(answer, Refusal)
        assert answer.code == code


def test_the_secret_of_a_code_is_kept_nowhere(here: Guarded) -> None:
    hall, safety = here
    secret = invite(safety)
    found = hall.store.reader().exec_driver_sql("SELECT * FROM enrolment").all()
    assert len(found) == 1
    assert secret not in repr(found)
    hall.time.advance(25 * HOUR_MS)
    invite(safety)
    assert len(hall.store.reader().exec_driver_sql("SELECT * FROM enrolment").all()) == 1, "stale ones go"
