"""Everything a map paints with that depends on its theme and on how fine its screen is."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.map.areas import AreaPainter
from widgets.map.badges import GATHER_EM, Badges
from widgets.map.furniture import Foot
from widgets.map.ground import Ground
from widgets.map.lettering import Lettering
from widgets.map.signs import SMALL, Sign, SignAtlas
from widgets.map.words import Words
from widgets.theme import Theme


class MapLook:
    """Made anew for another theme or pixel ratio; it paints, and knows nothing of what is to be painted."""

    def __init__(self, theme: Theme, ratio: float, signs: Sequence[Sign], words: Words) -> None:
        self.ratio = ratio
        self.atlas = SignAtlas(theme, signs, ratio)
        self.small_atlas = SignAtlas(theme, signs, ratio, SMALL)
        self.lettering = Lettering(theme, ratio)
        self.badges = Badges(theme, signs, ratio)
        self.areas = AreaPainter(theme, self.lettering)
        self.ground = Ground(self.areas.paint)
        self.foot = Foot(theme, words)
        self.gather_px = round(theme.face("note").px * GATHER_EM)
