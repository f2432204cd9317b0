"""Dates: what RFC 5322 writes, what senders write instead, and what is no date."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from fyke.mail.dates import read_date

TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Mon, 02 Sep 2024 13:12:45 +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("2 Sep 2024 13:12:45 +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("Mon, 2 Sep 2024 13:12:45 +0200 (CEST)", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("Mon, 2 Sep 2024 13:12 +0200", datetime(2024, 9, 2, 13, 12, tzinfo=TWO)),
        ("Mon, 2 Sep 2024 13:12:45 GMT", datetime(2024, 9, 2, 13, 12, 45, tzinfo=UTC)),
        ("Mon, 2 Sep 2024 13:12:45", datetime(2024, 9, 2, 13, 12, 45, tzinfo=UTC)),
        ("Mon, 2 Sep 2024 13:12:45 EST", datetime(2024, 9, 2, 18, 12, 45, tzinfo=UTC)),
        ("Mon, 2 Sep 24 13:12:45 +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("2 Sep 98 13:12:45 -0000", datetime(1998, 9, 2, 13, 12, 45, tzinfo=UTC)),
        ("2-Sep-2024 13:12:45 +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("Mon,2 Sep 2024 13:12:45 +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
        ("Mon, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Mon Sep  2 13:12:45 2024", datetime(2024, 9, 2, 13, 12, 45, tzinfo=UTC)),
        ("  Mon,  2 Sep 2024\t13:12:45  +0200", datetime(2024, 9, 2, 13, 12, 45, tzinfo=TWO)),
    ],
)
def test_dates_are_read(value, date):
    """A date is always aware; without a zone it is UTC."""
    assert read_date(value) == date


@pytest.mark.parametrize(
    "value",
    ["", " ", "yesterday", "32 Sep 2024 13:12:45 +0200", "2 Foo 2024 13:12:45 +0200", "2 Sep 2024 25:12:45 +0200",
     "2 Sep 2024 13:12:45 +9900", "Mon,", "\xa0", "1 " * 500, "2 Sep 0000 00:00:00 +0000"],
)  # fmt: skip
def test_what_is_no_date_is_none(value):
    """Nothing is guessed, and nothing raises."""
    assert read_date(value) is None
