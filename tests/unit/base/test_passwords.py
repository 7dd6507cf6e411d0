"""Passwords: weak ones are turned down with the reason, sound ones are known again, verifiers stay secret."""

from __future__ import annotations

import pytest

from app.base.passwords import Passwords, one_time_password, password_fault
from tests.helpers.safety import quick_passwords


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "password_short"),
        ("Kurz-1234", "password_short"),
        ("夜" * 9, "password_short"),
        ("a" * 129, "password_long"),
        ("OP-Dispatcher99", "password_is_operator"),
        ("patcher-op", ""),
        ("dispatcher", "password_is_operator"),
        ("aaaabbbbaaaa", "password_simple"),
        ("1234567890", "password_simple"),
        ("abcdefghijklm", "password_simple"),
        ("9876543210", "password_simple"),
        ("夜里三点河边的路灯全灭", ""),
        ("correct horse battery", ""),
    ],
)
def test_weak_words_are_told(password: str, fault: str) -> None:
    assert password_fault(password, "op-dispatcher") == fault


def test_a_verifier_knows_its_password_and_no_other() -> None:
    passwords = quick_passwords()
    kept = passwords.verifier("夜里三点河边 ａｂｃ")
    assert passwords.fits(kept, "夜里三点河边 abc"), "full width is the same letter"
    assert not passwords.fits(kept, "夜里三点河边 abd")
    assert not passwords.fits("no verifier at all", "夜里三点河边 abc")
    assert kept != passwords.verifier("夜里三点河边 ａｂｃ"), "every verifier has its own salt"


def test_what_is_too_long_is_not_even_hashed() -> None:
    passwords = quick_passwords()
    long = "x" * 1_000_000
    assert not passwords.fits(passwords.verifier(long), long)


def test_the_shipped_parameters_are_those_of_the_design() -> None:
    weaker, today = quick_passwords().verifier("x"), Passwords().verifier("x")
    assert today.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Passwords().weaker(weaker)
    assert not Passwords().weaker(today)
    assert Passwords().fits(weaker, "x"), "an older verifier goes on being understood"


def test_one_time_passwords_are_sound_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(word) == 19 and not set(word) & set("01ilo") for word in made)
    assert all(password_fault(word, "op-intake") == "" for word in made)
