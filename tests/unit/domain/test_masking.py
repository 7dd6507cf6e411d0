"""Masks: no number that leads to a person stays readable, and nothing else is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.masking import mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("路灯不亮，电话13812345678", "路灯不亮，电话138****5678"),
        ("138 1234 5678或+86-138-1234-5678", "138****5678或138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("13812345678 13912345678", "138****5678 139****5678"),
        ("座机028-85123456", "座机028****3456"),
        ("（028）8512 3456", "028****3456"),
        ("证件510101199003071234", "证件5****************4"),
        ("证件51010119900307123X", "证件5****************X"),
        ("旧证510101900307123", "旧证5****************3"),
        ("卡号6222021234567890123", "卡号62****23"),
        ("卡号6222 0212 3456 7890 123", "卡号62****23"),
        ("川A12345占道", "川A***5占道"),
        ("川AD12345、川A·1234警", "川A***5、川A***警"),
        ("滨河路118号3单元502室", "滨河路118号***"),
        ("滨河路118号502室", "滨河路118号***"),
        ("一单元五〇二室漏水", "***漏水"),
        ("5栋1502漏水", "5栋***漏水"),
        ("5幢15楼1502", "5幢***"),
        ("云锦花园3-2-501噪声", "云锦花园***噪声"),
    ],
)
def test_what_is_blotted_out(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "滨河路118号门前路灯不亮",
        "2026-03-09 10:00 起停水",
        "三室一厅漏水",
        "教室里有烟",
        "12345热线，110已到",
        "3号楼施工噪声持续1200米",
        "990101-20260309-P-A1042-7",
        "",
    ],
)
def test_what_stays_to_the_letter(text: str) -> None:
    assert mask_text(text) == text


DIGITS = st.text("0123456789", min_size=8, max_size=8)
NOISE = st.text("路灯不亮求助，。 在的是", max_size=6)


@settings(max_examples=150)
@given(before=NOISE, head=st.sampled_from(["130", "138", "159", "186", "199"]), tail=DIGITS, after=NOISE)
def test_no_mobile_number_stays_readable(before: str, head: str, tail: str, after: str) -> None:
    number = head + tail
    for written in (number, f"{head} {tail[:4]} {tail[4:]}", f"{head}-{tail[:4]}-{tail[4:]}", f"+86{number}"):
        masked = mask_text(f"{before}{written}{after}")
        assert number not in re.sub(r"[ -]", "", masked)
        assert masked.startswith(before)
        assert masked.endswith(after)


@settings(max_examples=60)
@given(
    before=NOISE,
    number=st.text("0123456789", min_size=17, max_size=17),
    last=st.sampled_from("0123456789Xx"),
)
def test_no_id_number_stays_readable(before: str, number: str, last: str) -> None:
    assert number[1:] not in mask_text(f"{before}{number}{last}")


def test_names_and_phones() -> None:
    assert [mask_name(name) for name in ("张三", " 欧阳修 ", "", "  ")] == ["张*", "欧*", "", ""]
    assert mask_phone("138 1234 5678") == "138****5678"
    assert mask_phone("１３８１２３４５６７８") == "138****5678"
    assert mask_phone("8512 3456") == "****56"
    assert mask_phone("110") == "****"
    assert mask_phone("") == "****"
