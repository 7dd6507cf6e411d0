"""Reading a mapping from its TOML file: strictly, and the first fault in one line."""

from __future__ import annotations

import tomllib
from collections.abc import Container
from pathlib import Path

import msgspec

from app.base.errors import WorldError
from app.commands.findings import shape_finding
from app.domain.finding import Finding
from app.intake.mapping import TableMapping
from app.intake.mapping_check import check_mapping

MAPPING_BYTES_MAX = 1024 * 1024
"""A mapping has a few kilobytes; something larger is the data itself, given under the wrong option."""


def load_mapping(path: Path, categories: Container[str] | None = None) -> TableMapping:
    """The mapping in the file `path`; `categories` are the codes in force, None leaves them unchecked.

    WorldError `mapping_<rule>` with `file` and `where`, the path of the key, for the first fault.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAPPING_BYTES_MAX + 1)
    except OSError:
        raise WorldError("mapping_unreadable", file=str(path)) from None
    if len(raw) > MAPPING_BYTES_MAX:
        raise WorldError("mapping_too_big", file=str(path), bytes_max=MAPPING_BYTES_MAX)
    try:
        data = tomllib.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        # Not UTF-8, not TOML, or brackets by the thousand: each tells its line or byte itself.
        raise WorldError("mapping_syntax", file=str(path), detail=str(error)) from None
    try:
        mapping = msgspec.convert(data, TableMapping)
    except msgspec.ValidationError as error:
        raise _fault(path, shape_finding("", error)) from None
    for finding in check_mapping(mapping, categories):
        raise _fault(path, finding)
    return mapping


def _fault(path: Path, finding: Finding) -> WorldError:
    where, params = finding.key.removeprefix("."), dict(finding.params)
    lacking_or_strange = params.pop("name", "")
    if lacking_or_strange:
        where = ".".join(filter(None, (where, lacking_or_strange)))
    return WorldError(f"mapping_{finding.rule.replace('.', '_')}", file=str(path), where=where, **params)
