"""Codes by time: the published examples, the neighbouring steps, and no code twice."""

from __future__ import annotations

import pytest

from app.hub.safety.totp import STEP_MS, code_at, fitting_step, new_totp_secret, totp_uri

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("second", "code"),
    [
        # RFC 6238, appendix B, SHA1; the last six of its eight digits.
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_the_examples_of_the_standard(second: int, code: str) -> None:
    assert code_at(SECRET, second * 1000 // STEP_MS) == code
    assert fitting_step(SECRET, code, second * 1000, 0) == second * 1000 // STEP_MS


def test_a_neighbouring_step_fits_and_a_further_one_does_not() -> None:
    now = 1_000 * STEP_MS
    for step, fits in ((998, False), (999, True), (1_000, True), (1_001, True), (1_002, False)):
        assert (fitting_step(SECRET, code_at(SECRET, step), now, 0) == step) is fits


def test_no_code_opens_twice() -> None:
    now = 1_000 * STEP_MS
    code = code_at(SECRET, 1_000)
    assert fitting_step(SECRET, code, now, 999) == 1_000
    assert fitting_step(SECRET, code, now, 1_000) == 0


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "' OR 1=1"])
def test_what_is_no_code_fits_nothing(code: str) -> None:
    assert fitting_step(SECRET, code, 1_000 * STEP_MS, 0) == 0


def test_secrets_differ_and_the_uri_names_the_operator() -> None:
    assert new_totp_secret() != new_totp_secret()
    assert (
        totp_uri(SECRET, "op-admin", "Muster")
        == "otpauth://totp/Muster%3Aop-admin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Muster"
    )
