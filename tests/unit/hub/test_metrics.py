"""Figures in the text format."""

from __future__ import annotations

from app.hub.metrics import SERIES_MAX, Metrics


def test_the_page_is_what_was_counted() -> None:
    metrics = Metrics()
    metrics.requests.add("a.b", "200")
    metrics.requests.add("a.b", "200", by=2)
    metrics.refused.add('odd"\n\\')
    metrics.gauge("muster_x", "X.", lambda: 3)
    for seconds in (0.0005, 0.003, 0.003, 60.0):
        metrics.append_seconds.observe(seconds)
    lines = metrics.page().splitlines()
    assert 'muster_http_requests_total{route="a.b",status="200"} 3' in lines
    assert r'muster_refused_total{code="odd\" \\"} 1' in lines
    assert "muster_x 3" in lines
    assert "# TYPE muster_x gauge" in lines
    assert 'muster_append_seconds_bucket{le="0.001"} 1' in lines
    assert 'muster_append_seconds_bucket{le="0.005"} 3' in lines
    assert 'muster_append_seconds_bucket{le="10"} 3' in lines
    assert 'muster_append_seconds_bucket{le="+Inf"} 4' in lines
    assert "muster_append_seconds_count 4" in lines


def test_a_caller_cannot_make_series_without_end() -> None:
    metrics = Metrics()
    for number in range(3 * SERIES_MAX):
        metrics.refused.add(str(number))
    assert len(metrics.page().splitlines()) < SERIES_MAX + 50
