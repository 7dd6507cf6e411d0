"""All halls in one log: this hub's own and those of the hubs below, each with rules of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from app.log.entries import Numbered
from app.projections.facts import body_of
from app.projections.hall import Hall, take

_NONE: Mapping[str, Hall] = MappingProxyType({})
_UNKNOWN = Hall()


class Halls(msgspec.Struct, frozen=True):
    """A snapshot. `below` are the halls of other hubs by their streams; empty wherever there are none."""

    own: Hall = Hall()
    below: Mapping[str, Hall] = _NONE

    def of(self, home: str) -> Hall:
        """The hall whose rules are those of `home`, this log's own when that is empty."""
        return self.below.get(home, _UNKNOWN) if home else self.own

    def taken(self, numbered: Numbered) -> Halls:
        """The halls after an entry of a hall kind. Another hub's is placed by that hub's own numbers."""
        body, home = body_of(numbered), numbered.home
        if not home:
            return replace(self, own=take(self.own, numbered.gseq, body))
        hall = take(self.of(home), numbered.home_gseq, body)
        return replace(self, below=MappingProxyType({**self.below, home: hall}))

    def moved_since(self, before: Halls) -> Iterator[tuple[str, Hall, Hall]]:
        """(home, hall before, hall now) of each with other rules or areas than in `before`."""
        if self is before:
            return
        for home in ("", *self.below):
            then, now = before.of(home), self.of(home)
            if now.book is not then.book or now.areas is not then.areas:
                yield home, then, now
