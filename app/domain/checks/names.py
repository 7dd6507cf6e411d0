"""Names that must mean something: the one way all checks say that a reference leads nowhere."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from app.domain.finding import Finding


def unknown(
    key: str, rule: str, param: str, names: Iterable[str], known: Container[str]
) -> Iterator[Finding]:
    """A finding of `rule` at `key` for each of `names` that is not `known`; the name goes into `param`."""
    for name in names:
        if name not in known:
            yield Finding(key, rule, {param: name})
