from __future__ import annotations

import pytest

from tests.gui.widgets.samples import RESOURCES
from widgets.contrast import contrast
from widgets.tokens import Pairs, read_tokens

TOKENS = read_tokens(RESOURCES / "styles" / "tokens.toml")


def weak(palette: dict[str, str], pairs: tuple[Pairs, ...], least: float) -> list[str]:
    return [
        f"{colour} on {ground}: {ratio:.2f}"
        for each in pairs
        for ground in each.on
        for colour in each.of
        if (ratio := contrast(palette[ground], palette[colour])) < least
    ]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)],
)
def test_the_formula_gives_known_values(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("name", sorted(TOKENS.palettes))
def test_every_declared_pair_stands_out(name: str) -> None:
    palette = dict(TOKENS.palettes[name])
    assert weak(palette, TOKENS.contrast.text, TOKENS.contrast.text_min) == []
    assert weak(palette, TOKENS.contrast.marks, TOKENS.contrast.mark_min) == []


def test_a_weak_pair_is_found() -> None:
    palette = dict(TOKENS.palettes["light"]) | {"text4": "#a0a8b0"}
    assert any("text4 on surface2" in each for each in weak(palette, TOKENS.contrast.text, 4.5))


def test_the_least_contrast_is_the_one_the_look_promises() -> None:
    assert TOKENS.contrast.text_min >= 4.5
    assert TOKENS.contrast.mark_min >= 3.0


def test_every_text_colour_is_declared_on_every_ground() -> None:
    texts = {"text1", "text2", "text3", "text4", "accent", "urgent", *TOKENS.shapes}
    grounds = {"surface1", "surface2", "surface3", "surface4"}
    declared = {(on, of) for pairs in TOKENS.contrast.text for on in pairs.on for of in pairs.of}
    assert {(on, of) for on in grounds for of in texts} <= declared
