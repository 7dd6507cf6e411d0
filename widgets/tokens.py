"""Reads the token file: every size, type step and colour of the look, by meaning, strictly checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from widgets.errors import LookError

TYPE_STEPS = ("tiny", "note", "body", "lead", "title", "heading", "clock", "figure")
SHAPES = ("circle", "diamond", "triangle", "square", "ring")
_STEP_COUNT = 8
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Large(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which scale on the floors of large mode hold, px."""

    from_scale: float
    text_min_px: int
    target_min_px: int


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes of one kind of place at scale 1, px: table row, target for the hand, margin, eight type steps."""

    row_px: int
    target_px: int
    pad_px: int
    text: Mapping[str, int]


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One theme: its palette, its scale, and the palette of its top strip."""

    palette: str
    scale: str
    bar: str


class Pairs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours `of` that may stand `on` grounds."""

    on: tuple[str, ...]
    of: tuple[str, ...]


class Contrast(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least contrast of text and of marks, and the pairs that must reach it in every palette."""

    text_min: float
    mark_min: float
    text: tuple[Pairs, ...]
    marks: tuple[Pairs, ...]


class Tokens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole token file; `palettes` are complete after reading, whatever base they named."""

    family: str
    steps: tuple[int, ...]
    large: Large
    scales: Mapping[str, Scale]
    themes: Mapping[str, Choice]
    shapes: Mapping[str, str]
    contrast: Contrast
    palettes: Mapping[str, Mapping[str, str]]


def _complete(palettes: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Each palette over the one it names as `base`; a base may not have a base itself."""
    whole: dict[str, dict[str, str]] = {}
    for name, palette in palettes.items():
        own = dict(palette)
        base = own.pop("base", "")
        under = dict(palettes[base]) if base in palettes else {}
        whole[name] = {**under, **own}
    return whole


def _faults(tokens: Tokens) -> list[str]:
    faults = []
    if len(tokens.steps) != _STEP_COUNT or list(tokens.steps) != sorted(set(tokens.steps)):
        faults.append(f"steps: {_STEP_COUNT} rising sizes are wanted")
    for name, scale in tokens.scales.items():
        if tuple(scale.text) != TYPE_STEPS:
            faults.append(f"scales.{name}.text: wanted are {', '.join(TYPE_STEPS)}, in this order")
    for name, shape in tokens.shapes.items():
        if shape not in SHAPES:
            faults.append(f"shapes.{name}: {shape} is none of {', '.join(SHAPES)}")
    for name, choice in tokens.themes.items():
        for key, there in (
            (choice.palette, tokens.palettes),
            (choice.bar, tokens.palettes),
            (choice.scale, tokens.scales),
        ):
            if key not in there:
                faults.append(f"themes.{name}: {key} is not in the file")
    names = set().union(*tokens.palettes.values()) if tokens.palettes else set()
    for name, palette in tokens.palettes.items():
        faults += [f"palettes.{name}: {missing} is missing" for missing in sorted(names - set(palette))]
        faults += [
            f"palettes.{name}.{key}: {value} is not written as #rrggbb"
            for key, value in palette.items()
            if not _COLOUR.fullmatch(value)
        ]
    return faults


def read_tokens(file: Path) -> Tokens:
    """The tokens of `file`, palettes completed; LookError when it is missing, broken or incomplete."""
    try:
        raw = msgspec.toml.decode(file.read_bytes(), type=Tokens)
    except OSError as error:
        raise LookError(file, "tokens_unreadable", error.strerror or str(error)) from error
    except msgspec.MsgspecError as error:
        raise LookError(file, "tokens_unreadable", str(error)) from error
    tokens = msgspec.structs.replace(raw, palettes=_complete(raw.palettes))
    if faults := _faults(tokens):
        raise LookError(file, "tokens_wrong", "; ".join(faults))
    return tokens
