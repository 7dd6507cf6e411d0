"""The posts of the made-up district: desks of the centre, and handlers and heads of every unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.actor import CENTRE_UNIT
from app.domain.hall import OperatorGranted
from app.domain.label import Label
from app.domain.responsibility import TERRITORY_KINDS, Department
from app.drill.district import District
from app.drill.names import Names, Post

CODE_TAIL = 3
"""The last digits of a street's code tell the streets of one district apart."""


def operators(
    district: District, departments: Sequence[Department], names: Names
) -> tuple[OperatorGranted, ...]:
    """One grant for each post: `op-intake-01`, `op-cg-handler`, `op-jd001-head`, `op-wg001-grid-02`.

    A unit of a street is `JD@<street code>`, its grid station `WG@<street code>`.
    """
    return tuple(grant for post in names.posts for grant in _grants(post, district, departments))


def _grants(post: Post, district: District, departments: Sequence[Department]) -> Iterator[OperatorGranted]:
    for unit, prefix, name in _units(post, district, departments):
        for number in range(1, post.count + 1):
            parts = [part for part in ("op", prefix, post.id) if part]
            if post.count > 1:
                parts.append(f"{number:02d}")
            label = Label(
                post.label.zh.format(name=name.zh, number=number),
                post.label.en.format(name=name.en, number=number),
            )
            yield OperatorGranted(operator="-".join(parts), post=label, roles=post.roles, unit=unit)


def _units(
    post: Post, district: District, departments: Sequence[Department]
) -> Iterator[tuple[str, str, Label]]:
    """Unit, the part of the sign-in name that tells it apart, and its name."""
    if post.unit == "centre":
        yield CENTRE_UNIT, "", Label("", "")
    elif post.unit == "department":
        for department in departments:
            if department.code not in (*TERRITORY_KINDS, CENTRE_UNIT):
                yield department.code, department.code.lower(), department.label
    else:
        kind = "JD" if post.unit == "street" else "WG"
        for street in district.streets:
            yield f"{kind}@{street.code}", f"{kind.lower()}{street.code[-CODE_TAIL:]}", street.label
