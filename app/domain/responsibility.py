"""Who answers for what: categories, departments, and the responsibility matrix."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.domain.label import Label

TERRITORY_KINDS = ("JD", "SQ", "WG")
"""Departments that exist once per street, community or grid: a unit of theirs is `JD@<area code>`."""


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A category of matters: two digits a family, four digits a category with its default SLA class."""

    code: str
    label: Label
    parent: str = ""
    sla_class: str = ""
    initials: str = ""


class Department(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A department or unit that may own an order. `calendar` is the id of its working hours."""

    code: str
    label: Label
    kind: str
    calendar: str
    duty: Literal["7x24", "workday", "season", "on call"] = "workday"
    duty_substitute: str = ""


class Responsibility(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of the matrix: the lead and co-departments proposed for a category, and what closing asks.

    `overrides` replaces limits of the class for this category: clock id to limit text, `none` = no clock.
    """

    category: str
    lead: str
    co: tuple[str, ...] = ()
    sla_class: str = ""
    fallback: Literal["JD", "lead"] = "lead"
    verify_by: str = ""
    filing_condition: Label | None = None
    closing_condition: Label | None = None
    make_safe_when: Label | None = None
    overrides: dict[str, str] = {}
    self_handle: bool = False


def unit_department(unit: str) -> str:
    """The department code of a unit: `JD` of `JD@990101`, `CG` of `CG`."""
    return unit.partition("@")[0]


def unit_area(unit: str) -> str:
    """The area code of a territorial unit, or empty."""
    return unit.partition("@")[2]
