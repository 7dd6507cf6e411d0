"""Where the fields of a mapping stand in one file: by its header, once, and then for every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.base.errors import WorldError
from app.intake.mapping import AnyOf, Source, TableMapping, names_of, sources_of


class Columns:
    """The mapping's fields in a file with `header`.

    WorldError naming the columns that are missing, or that the mapping reads and the header has twice.
    """

    def __init__(self, mapping: TableMapping, header: Sequence[str], path: Path) -> None:
        self.header = tuple(header)
        self._join = mapping.join
        self._places: dict[str, tuple[int, ...]] = {}
        sources = sources_of(mapping)
        self._refuse_missing(sources, mapping.optional, path)
        self._refuse_twice(sources, path)
        for field, source in sources.items():
            names = [name for name in names_of(source) if name in self.header]
            if isinstance(source, AnyOf):
                names = names[:1]
            if names:
                self._places[field] = tuple(self.header.index(name) for name in names)

    def text(self, field: str, cells: Sequence[str]) -> str:
        """What a row says in `field`, without blanks around it; empty where it says nothing."""
        places = self._places.get(field, ())
        if len(places) == 1:
            # Nearly every field, a dozen times a row: the plain way takes a third of the time.
            return cells[places[0]].strip()
        parts = (cells[place].strip() for place in places)
        return self._join.join(part for part in parts if part)

    def fault(self, field: str, faults: Mapping[int, str]) -> str:
        """The rule that a cell of `field` breaks, by the faults of single cells; empty when none does."""
        return next((faults[place] for place in self._places.get(field, ()) if place in faults), "")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have a column in this file."""
        return tuple(self._places)

    def name(self, field: str) -> str:
        """The header's own name for `field`; the field itself where it is no column of the file."""
        places = self._places.get(field)
        return " + ".join(self.header[place] for place in places) if places else field

    def _refuse_missing(self, sources: Mapping[str, Source], optional: Sequence[str], path: Path) -> None:
        missing = [
            name
            for field, source in sources.items()
            if field not in optional
            for name in self._lacking(source)
        ]
        if missing:
            columns = ", ".join(dict.fromkeys(missing))
            found = ", ".join(self.header[:COLUMNS_SHOWN])
            raise WorldError("import_columns_missing", path=str(path), columns=columns, found=found)

    def _lacking(self, source: Source) -> Iterator[str]:
        names = names_of(source)
        if not isinstance(source, AnyOf):
            yield from (name for name in names if name not in self.header)
        elif not any(name in self.header for name in names):
            yield "/".join(names)

    def _refuse_twice(self, sources: Mapping[str, Source], path: Path) -> None:
        named = {name for source in sources.values() for name in names_of(source)}
        twice = [name for name in dict.fromkeys(self.header) if name in named and self.header.count(name) > 1]
        if twice:
            raise WorldError("import_columns_twice", path=str(path), columns=", ".join(twice))


COLUMNS_SHOWN = 12
"""The error quotes the header so that a wrong delimiter or file shows at once; a whole one may be a page."""
