"""One case, one code: district, day, channel, desk and its counter, guarded by a check character."""

from __future__ import annotations

import re
from collections.abc import Iterable

CHANNEL_LETTERS = {
    "phone": "P",
    "window": "W",
    "hotline": "H",
    "grid": "G",
    "sensor": "S",
    "video": "V",
    "department": "D",
    "warning": "A",
    "mailbox": "M",
}

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE = re.compile(r"^(\d{6})-(\d{8})-([A-Z])-([0-9A-Z]{2})(\d{3,7})-([0-9A-Z])(-\d{2,3}){0,4}$")


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 over the letters and digits of `text`; everything else is passed over."""
    product = 36
    for char in text:
        if char in _ALPHABET:
            total = (product + _ALPHABET.index(char)) % 36 or 36
            product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def case_code(district: str, day: str, channel: str, desk: str, counter: int) -> str:
    """E.g. `990101-20261121-P-A1042-7`: `day` is yyyymmdd, `desk` two characters given at enrolment,
    `counter` that desk's own of the day. Minted once, also cut off, never colliding."""
    body = f"{district}-{day}-{CHANNEL_LETTERS[channel]}-{desk}{counter:03d}"
    return f"{body}-{check_character(body)}"


def valid_code(code: str) -> bool:
    """Whether a typed code has the right form and check character; order suffixes are allowed."""
    match = _CODE.match(code)
    if match is None:
        return False
    body = "-".join((match[1], match[2], match[3], match[4] + match[5]))
    return check_character(body) == match[6]


def order_code(incident_code: str, number: int) -> str:
    """The code of an order (`-01`) or, from an order's code, of a sub-order."""
    return f"{incident_code}-{number:02d}"


def last_number(codes: Iterable[str]) -> int:
    """The highest number given among the orders of one case, or the sub-orders of one order; 0 when none.

    Not their count: a desk that was cut off may have left a gap.
    """
    return max((int(code.rpartition("-")[2]) for code in codes), default=0)


def short_code(code: str) -> str:
    """The part people say aloud: desk and counter."""
    parts = code.split("-")
    return parts[3] if len(parts) >= 5 else code
