"""Kinds do not change in silence: shape and version move together, and the page about them is up to date."""

from __future__ import annotations

import json

import msgspec
import pytest

from app.domain.kinds import KINDS, Kind, kind_of, read_body
from app.domain.moves import CaseMoved
from tests.golden.entries_doc import DOC, SHAPES, document, fingerprint, fingerprints


def test_a_changed_shape_takes_a_new_version() -> None:
    recorded = json.loads(SHAPES.read_text(encoding="utf-8"))
    # A new version is recorded beside the old ones: python -m tests.golden.entries_doc
    now = fingerprints()
    assert {name for name in now if recorded.get(name) != now[name]} == set()


def test_the_page_about_the_kinds_is_up_to_date() -> None:
    assert DOC.read_text(encoding="utf-8") == document(), "run: python -m tests.golden.entries_doc"


def test_the_page_names_every_kind_and_every_field() -> None:
    page = DOC.read_text(encoding="utf-8")
    for kind in KINDS:
        assert f"## `{kind.name}` version {kind.version}" in page
        section = page.split(f"## `{kind.name}` version")[1].split("\n## ")[0]
        for field in msgspec.structs.fields(kind.body):
            assert f"| `{field.encode_name}` |" in section


def test_a_fingerprint_sees_a_changed_field() -> None:
    class Wider(CaseMoved, frozen=True):
        more: str = ""

    assert fingerprint(Kind("case_moved", 1, Wider)) != fingerprint(Kind("case_moved", 1, CaseMoved))


def test_kinds_are_named_once_and_read_strictly() -> None:
    assert len({kind.name for kind in KINDS}) == len({kind.body for kind in KINDS}) == len(KINDS)
    body = CaseMoved("i", "sign", "o", {"text": "x"})
    assert kind_of(body).name == "case_moved"
    assert read_body("case_moved", 1, msgspec.json.encode(body)) == body
    assert read_body("case_moved", 2, b"{}") is None
    assert read_body("tomorrow", 1, b"{}") is None
    for wrong in (b'{"incident":"i","action":"a","extra":1}', b'{"incident":7,"action":"a"}', b"{}"):
        with pytest.raises(msgspec.ValidationError):
            read_body("case_moved", 1, wrong)
