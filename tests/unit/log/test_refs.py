"""Every sealed value of a body is found, wherever it stands, and nothing else is."""

from __future__ import annotations

import msgspec
import pytest

from app.domain.sealed import Sealed
from app.log.refs import refs_in

ONE, TWO = Sealed("r1", "***", "sha256:1"), Sealed("r2", "***", "sha256:2")


@pytest.mark.parametrize(
    ("body", "refs"),
    [
        ({"phone": ONE}, ["r1"]),
        ({"people": [{"phone": TWO}, {"phone": ONE, "name": TWO}]}, ["r2", "r1"]),
        ([ONE, [TWO]], ["r1", "r2"]),
        ({"text": '{"ref": "r9"}'}, []),
        ({"ref": "r9"}, []),
        ({"ref": "r9", "mask": "*", "hash": "x", "more": 1}, []),
        ({"ref": 7, "mask": "*", "hash": "x"}, []),
        ({}, []),
    ],
)
def test_found(body: object, refs: list[str]) -> None:
    assert refs_in(msgspec.json.encode(body)) == refs
    assert refs_in(msgspec.Raw(msgspec.json.encode(body))) == refs


@pytest.mark.parametrize(
    "body", [b"", b'{"ref"', b'"ref" \xff', b'[{"ref": "\xff", "mask": "", "hash": ""}]']
)
def test_what_is_no_json_refers_to_nothing(body: bytes) -> None:
    assert refs_in(body) == []
