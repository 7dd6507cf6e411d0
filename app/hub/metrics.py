"""Counters, gauges and a histogram in the text format of Prometheus; for the service's thread only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator

APPEND_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""From a good disk's fsync to a person's patience."""

SERIES_MAX = 1_000
"""Label sets of one counter: routes times statuses are some 300, and a caller must not make more."""


class Counter:
    """Counts events by label values, in the order of `labels`."""

    def __init__(self, name: str, told: str, labels: tuple[str, ...] = ()) -> None:
        self.name = name
        self._told = told
        self._labels = labels
        self._counts: dict[tuple[str, ...], int] = {} if labels else {(): 0}

    def add(self, *values: str, by: int = 1) -> None:
        if values in self._counts or len(self._counts) < SERIES_MAX:
            self._counts[values] = self._counts.get(values, 0) + by

    def value(self, *values: str) -> int:
        return self._counts.get(values, 0)

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self._told, "counter")
        for values, count in self._counts.items():
            yield f"{self.name}{_labels(self._labels, values)} {count}"


class Gauge:
    """A value that is asked for when somebody looks; `kind` is `counter` for one that only grows."""

    def __init__(self, name: str, told: str, value: Callable[[], float], kind: str) -> None:
        self.name = name
        self._kind = kind
        self._told = told
        self._value = value

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self._told, self._kind)
        yield f"{self.name} {self._value():.15g}"


class Histogram:
    """Seconds in buckets."""

    def __init__(self, name: str, told: str, bounds: tuple[float, ...] = APPEND_BUCKETS_S) -> None:
        self.name = name
        self._told = told
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self._told, "histogram")
        total = 0
        for bound, count in zip((*self._bounds, float("inf")), self._counts, strict=True):
            total += count
            shown = "+Inf" if bound == float("inf") else f"{bound:g}"
            yield f'{self.name}_bucket{{le="{shown}"}} {total}'
        yield f"{self.name}_sum {self._sum:.6f}"
        yield f"{self.name}_count {total}"


class Metrics:
    """All figures of one service."""

    def __init__(self) -> None:
        self.requests = Counter("muster_http_requests_total", "Requests answered.", ("route", "status"))
        self.refused = Counter("muster_refused_total", "Requests and frames not done, by code.", ("code",))
        self.append_seconds = Histogram("muster_append_seconds", "From a command or push to its durability.")
        self._gauges: list[Gauge] = []

    def gauge(self, name: str, told: str, value: Callable[[], float], kind: str = "gauge") -> None:
        self._gauges.append(Gauge(name, told, value, kind))

    def page(self) -> str:
        figures: tuple[Counter | Histogram | Gauge, ...] = (
            self.requests,
            self.refused,
            self.append_seconds,
            *self._gauges,
        )
        return "".join(f"{line}\n" for figure in figures for line in figure.lines())


def _head(name: str, told: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {told}", f"# TYPE {name} {kind}"


def _labels(names: tuple[str, ...], values: tuple[str, ...]) -> str:
    if not names:
        return ""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") for value in values)
    return "{" + ",".join(f'{name}="{value}"' for name, value in zip(names, quoted, strict=True)) + "}"
