"""What the values of a column look like: times, telephone numbers, coordinates, areas, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

SHARE_MIN = 0.8
"""So many of the filled values must look alike: real tables have slips in every column."""

TIME_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y\u5e74%m\u6708%d\u65e5 %H:%M:%S",
    "%Y\u5e74%m\u6708%d\u65e5 %H:%M",
    "%Y\u5e74%m\u6708%d\u65e5",
    "%Y%m%d%H%M%S",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d.%m.%Y %H:%M",
)
"""Ways in which the trade's systems write times, those that say most first. The three signs stand for year,
month and day."""

TEXT_CHARS_MIN = 8
"""What was reported takes a sentence; a shorter value is a word out of a list."""

_FULL = re.IGNORECASE
_YES_NO = re.compile("是|否|有|无|需要|不需要|yes|no|y|n|true|false|[01]", _FULL)
_FRACTION = re.compile(r"-?\d{1,3}\.\d{2,}", re.ASCII)
_PHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
    r"|\(?0\d{2,3}\)?[- ]?\d{7,8}(?:-\d{1,5})?|1\d{2}\*{4}\d{4}",
    re.ASCII,
)
_ID_NUMBER = re.compile(r"\d{17}[0-9Xx]", re.ASCII)
_NAME = re.compile(
    "(?:[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
    "阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文]"
    "|欧阳|司马|上官|诸葛)(?:[\u4e00-\u9fff]{1,2}|[*＊]{1,2}|先生|女士|阿姨|师傅)"
)
_WORDS = re.compile("[\u4e00-\u9fffA-Za-z]{2}")


class Known(msgspec.Struct, frozen=True):
    """Words of this hall by what they mean: codes and names of areas and categories, names of channels."""

    areas: Mapping[str, str] = {}
    categories: Mapping[str, str] = {}
    channels: Mapping[str, str] = {}


class Look(msgspec.Struct, frozen=True):
    """What the samples of one column look like: how many were filled, and how many of those look like each
    thing. `formats` read the times among them."""

    filled: int
    counts: dict[str, int]
    formats: tuple[str, ...] = ()
    distinct: int = 0
    mean_chars: float = 0.0

    def like(self, what: str) -> bool:
        """Whether nearly all filled values look like `what`."""
        return self.filled > 0 and self.counts.get(what, 0) >= SHARE_MIN * self.filled


def look_at(values: Sequence[str], known: Known) -> Look:
    """The look of the column with these first values."""
    filled = [value.strip() for value in values if value.strip()]
    tests: dict[str, Callable[[str], object]] = {
        "phone": _PHONE.fullmatch,
        "id_number": _ID_NUMBER.fullmatch,
        "name": _NAME.fullmatch,
        "yes_no": _YES_NO.fullmatch,
        "lon": lambda value: _degrees(value, 180.0),
        "lat": lambda value: _degrees(value, 90.0),
        "area": known.areas.__contains__,
        "category": known.categories.__contains__,
        "channel": known.channels.__contains__,
        "text": lambda value: len(value) >= TEXT_CHARS_MIN and _WORDS.search(value),
    }
    counts = {what: sum(bool(test(value)) for value in filled) for what, test in tests.items()}
    formats, counts["time"] = _times(filled)
    return Look(
        filled=len(filled),
        counts={what: n for what, n in counts.items() if n},
        formats=formats,
        distinct=len(set(filled)),
        mean_chars=sum(map(len, filled)) / len(filled) if filled else 0.0,
    )


def _degrees(value: str, most: float) -> bool:
    return _FRACTION.fullmatch(value) is not None and abs(float(value)) <= most


def _times(values: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """The formats needed to read the values, and how many are read."""
    left, needed, read = list(values), [], 0
    for form in TIME_FORMATS:
        rest = [value for value in left if not _reads(value, form)]
        if len(rest) < len(left):
            needed.append(form)
            read += len(left) - len(rest)
        left = rest
    return tuple(needed), read


def _reads(value: str, form: str) -> bool:
    try:
        # A bare number of eight digits may be a date; years of other centuries are other numbers.
        return 1990 <= datetime.strptime(value, form).year < 2100  # noqa: DTZ007 - only whether it reads
    except ValueError:
        return False
