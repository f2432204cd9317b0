"""Numbers to pictures."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from fyke.cli.report import plots
from fyke.model import Label

NASTY = "<script>alert(1)</script>\"'&\x1b[31m\u202e"


def test_outside_text_is_text():
    """No markup, no attribute's end, no control character."""
    assert plots.text(NASTY) == "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;\\x1b[31m\\u202e"
    assert "<script" not in plots.bars([(NASTY, NASTY, 3)], 3)


def test_stack_fills_the_width():
    """The shares of all labels make a whole bar."""
    tree = ET.fromstring(plots.stack({Label.HAM: 2, Label.SPAM: 1, Label.UNSURE: 1}))
    assert sum(float(rect.get("width").rstrip("%")) for rect in tree) == pytest.approx(100)


def test_certainty_counts_every_message():
    """The numbers over the columns are the messages."""
    bins = {label: [0] * 20 for label in Label}
    bins[Label.HAM][0], bins[Label.SPAM][19], bins[Label.SCAM][19] = 5, 3, 4
    tree = ET.fromstring(plots.certainty(bins))
    assert [node.text for node in tree.iter("text") if node.get("class") == "total"] == ["5", "7"]


@pytest.mark.parametrize(("days", "unit"), [(1, "day"), (40, "day"), (100, "week"), (1000, "month"), (9000, "year")])
def test_timeline_has_readable_units(days, unit):
    """A bar a day, a week, a month or a year: never hundreds of them."""
    first = date(2001, 3, 4)
    plot, note = plots.timeline({first + timedelta(days=at): {Label.HAM: 1} for at in range(days)})
    assert note == f"A bar a {unit}."
    assert 1 <= sum(node.get("class") == "c-ham" for node in ET.fromstring(plot).iter("rect")) <= 70


def test_a_forged_date_does_not_press_all_others_into_one_bar():
    """It is not drawn, and that is said."""
    days = {date(2025, 3, 1) + timedelta(days=at): {Label.HAM: 20} for at in range(20)}
    _, note = plots.timeline({**days, date(1, 1, 1): {Label.SPAM: 1}, date(9999, 12, 31): {Label.SPAM: 2}})
    assert note == "A bar a day. Not drawn: 3 messages dated far from all others."


def test_extreme_dates_alone():
    """The first and the last day there can be."""
    plot, _ = plots.timeline({date(1, 1, 1): {Label.SPAM: 1}, date(9999, 12, 31): {Label.SPAM: 1}})
    ET.fromstring(plot)


def test_no_dates():
    """No plot without dates."""
    assert plots.timeline({}) == ("", "")
