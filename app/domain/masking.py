"""Masks for personal data: what people see before anybody gave a reason to see more."""

from __future__ import annotations

import re

# Written with a Chinese keyboard, digits may come full width; they mean the same.
_WIDE = str.maketrans("０１２３４５６７８９－（）", "0123456789-()")

# Order matters: an 18-digit id number holds what looks like a bank card and a phone.
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])(\d)(?:\d{16}([0-9Xx])|\d{13}(\d))(?![0-9A-Za-z])", re.ASCII)
_BANK_CARD = re.compile(r"(?<!\d)(\d{2})(?: ?\d){12,15} ?(\d{2})(?!\d)", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)", re.ASCII)
_LANDLINE = re.compile(r"(?<!\d)\(?(0\d{2,3})\)?[- ]?\d{3,4}[- ]?(\d{4})(?!\d)", re.ASCII)
_PLATE = re.compile(
    r"([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z])[·•・ ]?"
    r"[A-Za-z0-9]{4,5}([A-Za-z0-9挂学警港澳])(?![A-Za-z0-9])",
    re.ASCII,
)
_FLAT = re.compile(
    # An entrance and what follows it.
    r"[\d〇零一二三四五六七八九十]+\s*单元(?:\s*[\d〇零一二三四五六七八九十]+\s*号?[室号房]?)?"
    # A room by its number in digits or characters; the count of rooms of a dwelling is none.
    r"|(?<![A-Za-z0-9])\d{3,4}\s*号?[室房]|[〇零一二三四五六七八九十]{3,4}[室房]"
    # A number right behind a building, a storey between or not; a measure or a count is none.
    r"|(?<=[栋幢座])\s*(?:\d{1,2}[楼层])?\d{3,4}(?![\d米元人次年户])"
    # Building, entrance, flat.
    r"|(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])",
    re.ASCII,
)


def mask_text(text: str) -> str:
    """Free text with phone, id, card, plate and flat numbers blotted out; the rest to the letter, digits as
    ASCII."""
    text = text.translate(_WIDE)
    text = _ID_NUMBER.sub(lambda m: f"{m[1]}****************{m[2] or m[3]}", text)
    text = _BANK_CARD.sub(r"\1****\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1****\2", text)
    text = _PLATE.sub(r"\1***\2", text)
    return _FLAT.sub("***", text)


def mask_name(name: str) -> str:
    """First character and a star, whatever the length."""
    name = name.strip()
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """First three, four stars, last four of a number long enough to hide something so; a shorter one keeps
    its last two digits, a very short one nothing."""
    digits = re.sub(r"\D", "", phone.translate(_WIDE), flags=re.ASCII)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else "****"
