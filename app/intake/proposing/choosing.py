"""A person's changes to a proposal: another column for a field, a constant, or none."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.intake.proposing.proposal import LeftOver, Proposal, Proposed, Reason
from app.intake.proposing.propose import FIELDS, VAULT

POSITION = ("lon", "lat")


def columns_for(proposal: Proposal, field: str, header: Sequence[str]) -> tuple[str, ...]:
    """The columns a person may choose for a field: those about people only for what is kept in the vault."""
    return tuple(name for name in header if name and (name not in proposal.personal or field in VAULT))


def choose(
    proposal: Proposal, header: Sequence[str], field: str, columns: Sequence[str] = (), constant: str = ""
) -> Proposal:
    """The proposal with `field` out of these columns, out of a constant, or left out when both are empty.

    A column that another field had is this one's now. ValueError for columns that may not be chosen for it.
    """
    if not set(columns) <= set(columns_for(proposal, field, header)) or field not in FIELDS[proposal.kind]:
        raise ValueError(f"{field} cannot come from {columns}")
    fields = [one for one in proposal.fields if one.field != field and not set(one.columns) & set(columns)]
    if columns or constant:
        reason = (Reason("chosen"),)
        fields.append(
            Proposed(field, tuple(columns), "sure", reason, constant=constant, vault=field in VAULT)
        )
    order = FIELDS[proposal.kind]
    fields.sort(key=lambda one: order.index(one.field))
    taken = {column for one in fields for column in one.columns}
    old = {over.column: over for over in proposal.left_over}
    left = [
        old.get(name, LeftOver(name, "personal" if name in proposal.personal else "no_field"))
        for name in header
        if name and name not in taken
    ]
    return msgspec.structs.replace(proposal, fields=tuple(fields), left_over=tuple(left))
