"""Figures as OpenMetrics: what Prometheus reads is what was counted."""

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from fyke.wire.openmetrics import labelled, render

SAMPLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(\{[^\n]*\})? (\+Inf|-Inf|-?[0-9.e+-]+)")


def lines(figures, **rest):
    """The lines of the page."""
    page = render(figures, **rest).decode()
    assert page.endswith("# EOF\n")
    return page.split("\n")[:-2]


def test_kinds_follow_from_names():
    """Counters, gauges, units; whole numbers stay whole."""
    assert lines({"scanned_total": 7.0, "memory_bytes": 1.5, "up": 1}, texts={"scanned": "Mails judged."}) == [
        "# TYPE fyke_scanned counter",
        "# HELP fyke_scanned Mails judged.",
        "fyke_scanned_total 7",
        "# TYPE fyke_memory_bytes gauge",
        "# UNIT fyke_memory_bytes bytes",
        "fyke_memory_bytes 1.5",
        "# TYPE fyke_up gauge",
        "fyke_up 1",
    ]


def test_a_family_is_told_once():
    """Its samples stand together, whatever their order was."""
    figures = {labelled("mails_total", label="ham"): 2, "up": 1, labelled("mails_total", label="spam"): 3}
    assert lines(figures)[:3] == [
        "# TYPE fyke_mails counter",
        'fyke_mails_total{label="ham"} 2',
        'fyke_mails_total{label="spam"} 3',
    ]


def test_a_histogram():
    """Its sum and count belong to it; those of others are gauges."""
    figures = {
        labelled("wait_seconds_bucket", le="0.1"): 1,
        labelled("wait_seconds_bucket", le="+Inf"): 2,
        "wait_seconds_count": 2,
        "wait_seconds_sum": 0.7,
        "other_count": 4,
    }
    page = lines(figures, prefix="")
    assert page[:2] == ["# TYPE wait_seconds histogram", "# UNIT wait_seconds seconds"]
    assert page[-2:] == ["# TYPE other_count gauge", "other_count 4"]


def test_values_that_are_none():
    """Left out, or written as the format has them."""
    assert lines({"a": math.nan, "a b": 1, "1a": 1, "": 1}) == []
    assert lines({"a": math.inf, "b": -math.inf, "c": 1e300}, prefix="")[1::2] == ["a +Inf", "b -Inf", "c 1e+300"]


@given(st.dictionaries(st.text(max_size=20), st.floats(), max_size=5), st.text(max_size=20))
def test_no_name_and_no_value_breaks_a_line(figures, value):
    """Each line is a comment or a sample."""
    for line in lines({**figures, labelled("a", of=value): 1.0}):
        assert line.startswith("# ") or SAMPLE.fullmatch(line), line
