"""Which language is spoken when nobody says, and when somebody does."""

from __future__ import annotations

import pytest

from app.base.language import language_code


@pytest.mark.parametrize(
    ("asked", "environ", "code"),
    [
        (None, {}, "zh"),
        (None, {"LANG": "C.UTF-8"}, "zh"),
        (None, {"LANG": "fr_FR.UTF-8"}, "zh"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.GB18030"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LC_ALL": ""}, "en"),
        ("zh", {"LANG": "en_US.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_asked_for_else_the_systems_else_chinese(
    asked: str | None, environ: dict[str, str], code: str
) -> None:
    assert language_code(asked, environ) == code
