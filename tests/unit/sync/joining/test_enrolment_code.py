"""Enrolment codes: readable, checked, and tied to one hall's CA."""

from __future__ import annotations

from app.sync.joining.enrolment_code import EnrolmentCode, new_code, proof_of, read_code

_CODE = EnrolmentCode("8Z4KQ2M7RTWX5HJN3P", proof_of(b"ca")).text().replace("-", "")


def test_a_code_is_read_as_it_was_made() -> None:
    code = new_code(b"a certificate")
    text = code.text()
    assert [len(group) for group in text.split("-")] == [5] * 8
    assert read_code(text) == code
    assert read_code(text.lower().replace("-", " ")) == code
    assert read_code(text.replace("0", "O").replace("1", "l")) == code
    assert code.proof == proof_of(b"a certificate") != proof_of(b"another certificate")


def test_of_all_ways_to_mistype_one_character_next_to_none_passes() -> None:
    # Ten bits of check: one slip in a thousand, and the hub refuses that one.
    passed = sum(
        read_code(_CODE[:at] + wrong + _CODE[at + 1 :]) is not None
        for at in range(len(_CODE))
        for wrong in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {_CODE[at]}
    )
    assert passed <= 4


def test_two_characters_changed_about_are_seen() -> None:
    swapped = [_CODE[:at] + _CODE[at + 1] + _CODE[at] + _CODE[at + 2 :] for at in range(len(_CODE) - 1)]
    assert sum(read_code(text) is not None for text in swapped if text != _CODE) <= 1


def test_what_is_no_code_is_none() -> None:
    for text in ("", "-", "0" * 39, "0" * 41, "Ü" * 40, _CODE + "0", _CODE[1:]):
        assert read_code(text) is None


def test_secrets_never_repeat_and_only_their_hash_is_kept() -> None:
    codes = [new_code(b"ca") for _ in range(100)]
    assert len({code.secret for code in codes}) == 100
    assert len({code.secret_hash() for code in codes}) == 100
    assert all(code.secret.encode() not in code.secret_hash() for code in codes)
