"""Passwords: what may be one, and what is kept of it: an argon2id verifier, never the word itself."""

from __future__ import annotations

import secrets
import unicodedata
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
"""0.26 s and 64 MiB a guess on a hall's PC: a stolen verifier of a sound password outlives the hall."""

LENGTH_MIN = 10
DISTINCT_MIN = 5
LENGTH_MAX = 128
"""Longer is no password but an attempt to keep the hasher busy."""

ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without 0, 1, i, l and o: one-time passwords are read from paper and told by telephone."""

ONE_TIME_GROUPS = 4
ONE_TIME_GROUP = 4
"""79 bits, and the first sign-in ends its use."""


class Passwords:
    """Makes and asks verifiers. Each call takes a quarter of a second: never on a thread that serves others.

    The parameters stand in each verifier, so that older ones go on being understood.
    """

    def __init__(self, memory_kib: int = MEMORY_KIB, passes: int = PASSES, lanes: int = LANES) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes)

    def verifier(self, password: str) -> str:
        """What is kept of `password`: text of about 100 characters, with its own salt."""
        return self._hasher.hash(_plain(password))

    def fits(self, verifier: str, password: str) -> bool:
        """Whether `password` is the one; False for what is no verifier, and at once for what is too long."""
        if len(password) > LENGTH_MAX:
            return False
        try:
            return self._hasher.verify(verifier, _plain(password))
        except (VerificationError, InvalidHashError):
            return False

    def weaker(self, verifier: str) -> bool:
        """Whether `verifier` was made with other parameters than today's, and should be made anew."""
        return self._hasher.check_needs_rehash(verifier)


def password_fault(password: str, operator: str) -> str:
    """Why `password` may not be one of `operator`: the code of a refusal; empty when it may."""
    plain = _plain(password)
    low = plain.lower()
    if len(plain) < LENGTH_MIN:
        return "password_short"
    if len(password) > LENGTH_MAX:
        return "password_long"
    if operator.lower() in low or low in operator.lower():
        return "password_is_operator"
    if len(set(low)) < DISTINCT_MIN or _counted(low):
        return "password_simple"
    return ""


def one_time_password() -> str:
    """A password for the first sign-in, which asks for another at once."""
    letters = [secrets.choice(ONE_TIME_LETTERS) for _ in range(ONE_TIME_GROUPS * ONE_TIME_GROUP)]
    groups = ["".join(letters[at : at + ONE_TIME_GROUP]) for at in range(0, len(letters), ONE_TIME_GROUP)]
    return "-".join(groups)


def _plain(password: str) -> str:
    # An input method may give the same letter in full width or composed otherwise: all of them fit.
    return unicodedata.normalize("NFKC", password)


def _counted(text: str) -> bool:
    """Whether every character follows the one before it by the same step: 1234567890, abcdefghij."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return len(steps) == 1 or text in "12345678901234567890"
