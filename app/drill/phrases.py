"""What people say and what desks write: templates by category and by form field, filled by chance."""

from __future__ import annotations

import random

import msgspec

DAYS, COUNT, CLOCK = (2, 6), (3, 12), (20, 23)
"""The small numbers of templates: some days, some pieces, an hour of the evening."""


class Tails(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What some reports end or begin with; `phone` and `flat` hold personal data, made up."""

    phone: tuple[str, ...]
    flat: tuple[str, ...]
    repeat: tuple[str, ...]


class Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `voices` says who speaks on a channel; what they say stands by category, what desks
    write by `action.field` in `forms`, else by the field's type."""

    tails: Tails
    voices: dict[str, str]
    reports: dict[str, tuple[str, ...]]
    patrol: dict[str, tuple[str, ...]]
    camera: dict[str, tuple[str, ...]]
    device: dict[str, tuple[str, ...]]
    forms: dict[str, tuple[str, ...]]
    field_types: dict[str, tuple[str, ...]]

    def report(
        self, rng: random.Random, category: str, channel: str, place: str, but: str
    ) -> tuple[str, str]:
        """A report about the category at the place, and the template it came from.

        `but` is a template not to use again where there is another: a repeat is said in other words.
        """
        templates = self._spoken(category, channel)
        template = rng.choice([t for t in templates if t != but] or templates)
        return _filled(rng, template, place=place), template

    def _spoken(self, category: str, channel: str) -> tuple[str, ...]:
        voice = self.voices.get(channel, "")
        own = {"patrol": (self.patrol,), "camera": (self.camera, self.patrol), "device": (self.device,)}
        for table in own.get(voice, ()):
            if category in table:
                return table[category]
        return self.reports[category]

    def field(self, rng: random.Random, action: str, field: str, kind: str) -> str:
        """What a desk writes into a text field."""
        found = self.forms.get(f"{action}.{field}") or self.field_types[kind]
        return _filled(rng, rng.choice(found))


def _filled(rng: random.Random, template: str, place: str = "") -> str:
    return template.format(
        days=rng.randint(*DAYS),
        count=rng.randint(*COUNT),
        clock=f"{rng.randint(*CLOCK)}:{rng.choice(('00', '20', '30'))}",
        number=rng.randint(1, 99),
        place=place,
    )
