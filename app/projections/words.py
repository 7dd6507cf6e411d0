"""Words as numbers: ids that columns can hold for codes and units, each database's own."""

from __future__ import annotations

from sqlalchemy import Connection


class Words:
    """Ids are given in order of first use by this database's folds, so they depend on how entries came in
    groups: digests and other replicas go by the text. Id 0 is the empty word."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {"": 0}
        self._texts: list[str] = [""]
        self._new: list[tuple[int, str]] = []

    def __call__(self, text: str) -> int:
        """The id of `text`, a new one when it was never seen."""
        found = self._ids.get(text)
        if found is None:
            found = len(self._texts)
            self._ids[text] = found
            self._texts.append(text)
            self._new.append((found, text))
        return found

    def find(self, text: str) -> int:
        """The id of a known word, or -1: no row can hold it."""
        return self._ids.get(text, -1)

    def text(self, word: int) -> str:
        return self._texts[word]

    def __len__(self) -> int:
        return len(self._texts)

    def load(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql("SELECT id, text FROM word ORDER BY id")
        self._texts = ["", *(str(row[1]) for row in rows)]
        self._ids = {text: place for place, text in enumerate(self._texts)}
        self._new = []

    def restart(self) -> None:
        """The table is empty again. Every word keeps its id, for columns in memory hold it."""
        self._new = list(enumerate(self._texts))[1:]

    def save(self, connection: Connection) -> None:
        """Write the words that are new since the last save."""
        if self._new:
            connection.exec_driver_sql("INSERT INTO word(id, text) VALUES(?, ?)", self._new)
            self._new = []
