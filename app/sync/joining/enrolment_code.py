"""The one-time code that lets a PC join a hall: a secret for the hub, and what proves the hub to the PC."""

from __future__ import annotations

import hashlib
import secrets

import msgspec

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which are read as other characters or as words."""

_READ_AS = str.maketrans("ILO", "110", "- \t\r\n")

SECRET_LETTERS = 18
"""90 bits, which live for a day and are asked for online only."""

PROOF_LETTERS = 20
"""100 bits of the hash of the hall CA's certificate: nobody makes another CA with the same in a lifetime."""

CHECK_LETTERS = 2
GROUP = 5


class EnrolmentCode(msgspec.Struct, frozen=True):
    """`secret` is for the hub once it has proved itself; `proof` is how its CA's fingerprint begins."""

    secret: str
    proof: str

    def text(self) -> str:
        """Eight groups of five characters, the last two of which check the others."""
        body = self.secret + self.proof
        whole = body + _check(body)
        return "-".join(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))

    def secret_hash(self) -> bytes:
        """What the hub keeps of the secret."""
        return secret_hash(self.secret)


def new_code(ca_der: bytes) -> EnrolmentCode:
    """A code never given before, for the hall whose CA certificate is `ca_der`."""
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_LETTERS))
    return EnrolmentCode(secret, proof_of(ca_der))


def read_code(text: str) -> EnrolmentCode | None:
    """The code somebody typed, in small or capital letters, grouped or not; None when it was mistyped."""
    plain = text.upper().translate(_READ_AS)
    body, check = plain[:-CHECK_LETTERS], plain[-CHECK_LETTERS:]
    if len(body) != SECRET_LETTERS + PROOF_LETTERS or _check(body) != check:
        return None
    return EnrolmentCode(body[:SECRET_LETTERS], body[SECRET_LETTERS:])


def proof_of(ca_der: bytes) -> str:
    """What a code says of the CA whose certificate (DER) is `ca_der`."""
    return _letters(hashlib.sha256(ca_der).digest(), PROOF_LETTERS)


def secret_hash(secret: str) -> bytes:
    """The secret is random and 90 bits long: a plain hash gives nothing of it away."""
    return hashlib.sha256(b"muster enrolment\n" + secret.encode()).digest()


def _check(body: str) -> str:
    return _letters(hashlib.sha256(b"muster check\n" + body.encode()).digest(), CHECK_LETTERS)


def _letters(data: bytes, count: int) -> str:
    number = int.from_bytes(data, "big") >> (8 * len(data) - 5 * count)
    return "".join(_ALPHABET[number >> 5 * at & 31] for at in reversed(range(count)))
