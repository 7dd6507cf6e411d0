"""A change signal without Qt: who listens is called, on the thread that emits, until it lets go."""

from __future__ import annotations

from collections.abc import Callable, Hashable

Keys = frozenset[Hashable]
Listener = Callable[[Keys], None]

EVERYTHING: Keys = frozenset()
"""No keys named: anything may have changed."""


class Changed:
    """Listeners, called in the order in which they came; one that lets go while being called is fine."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def connect(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the keys that changed; the returned function ends it."""
        self._listeners.append(listener)

        def let_go() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return let_go

    def emit(self, keys: Keys = EVERYTHING) -> None:
        """Tell everybody. One that fails keeps nobody else from hearing; the first error is raised last."""
        failed: Exception | None = None
        for listener in tuple(self._listeners):
            try:
                listener(keys)
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed
