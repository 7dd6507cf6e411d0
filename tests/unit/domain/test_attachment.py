"""What may be attached, and what a case knows of it."""

from __future__ import annotations

import msgspec
import pytest

from app.domain.attachment import (
    ATTACHMENT_BYTES_MAX,
    MEDIA,
    Attachment,
    AttachmentAdded,
    ending,
    fits,
    media_of,
    name_for,
)
from app.domain.kinds import read_body
from tests.helpers.lives import Life

HEADS = {
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "jpeg": b"\xff\xd8\xff\xe1Exif",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "gif": b"GIF89a\x01\x00",
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "pdf": b"%PDF-1.7\n",
    "mp3": b"\xff\xfb\x90\x64\x00",
    "wav": b"RIFF\x10\x00\x00\x00WAVEfmt ",
    "m4a": b"\x00\x00\x00\x20ftypM4A \x00\x00",
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00",
}
OTHERS = (
    b"",
    b"\xff",
    b"MZ\x90\x00",
    b"PK\x03\x04",
    b"#!/bin/sh",
    b"<html>",
    b"RIFF\x10\x00\x00\x00AVI ",
    b"\xff\xff",
)


def test_a_content_says_itself_what_it_is() -> None:
    assert {end: media_of(head) for end, head in HEADS.items()} == dict(MEDIA)
    assert media_of(b"ID3\x04\x00") == "audio/mpeg"
    assert [media_of(head) for head in OTHERS] == [""] * len(OTHERS)


def test_a_name_must_end_as_the_content_begins() -> None:
    for end in MEDIA:
        for other, media in MEDIA.items():
            alike = MEDIA[end] == media or {end, other} == {"m4a", "mp4"}
            assert fits(f"a.b.{end.upper()}", media) == alike, (end, other)
    assert not fits("photo", "image/jpeg")
    assert not fits("photo.jpg", "")
    assert not fits("photo.jpg.exe", "image/jpeg")
    assert ending("noend") == ""
    assert name_for("ab" * 32, "audio/mp4") == "abababababab.m4a"


BROKEN = [
    {"sha256": "AB" * 32},
    {"sha256": "../" * 21 + "a"},
    {"bytes": 0},
    {"bytes": ATTACHMENT_BYTES_MAX + 1},
    {"name": ""},
    {"name": "x" * 121},
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_body_that_fits_no_content_is_none(broken: dict[str, object]) -> None:
    sound = {"incident": "i", "sha256": "ab" * 32, "name": "a.jpg", "media": "image/jpeg", "bytes": 5}
    assert isinstance(read_body("attachment_added", 1, msgspec.json.encode(sound)), AttachmentAdded)
    with pytest.raises(msgspec.ValidationError):
        read_body("attachment_added", 1, msgspec.json.encode(sound | broken))


def test_a_case_knows_each_content_once_and_nothing_else_changes() -> None:
    life = Life()
    case = life.register()
    body = AttachmentAdded(case.id, "ab" * 32, "a.jpg", "image/jpeg", 5)
    first = life.write(body, [case.id], "op")
    after = life.cases[case.id]
    assert after.attachments == (Attachment("a.jpg", "image/jpeg", "ab" * 32, 5, first.eid, first.at),)
    assert (after.state, after.clocks, after.moves) == (case.state, case.clocks, case.moves)
    life.write(msgspec.structs.replace(body, name="b.jpg"), [case.id], "op")
    assert life.cases[case.id].attachments == after.attachments
    life.write(msgspec.structs.replace(body, order="x-01"), [case.id], "op")
    assert [a.order for a in life.cases[case.id].attachments] == ["", "x-01"]
