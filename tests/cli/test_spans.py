"""Times on a command line."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.cli.errors import Wrong
from fyke.cli.spans import MOST, duration, moment, span

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hours"), [("7d", 168), ("2h30m", 2.5), ("1.5h", 1.5), ("90s", 0.025), ("1W", 168), ("0s", 0)]
)
def test_durations(text, hours):
    """Numbers with units, together."""
    assert duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "7", "d", "7 d", "-7d", "7x", "1h2", "١d", "9" * 99 + "d", "1h" * 60])
def test_what_is_no_duration(text):
    """Is told with an example."""
    with pytest.raises(ValueError, match="no duration such as 7d"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", NOW),
        ("2h", NOW - timedelta(hours=2)),
        ("2026-04-30T10:00Z", datetime(2026, 4, 30, 10, tzinfo=UTC)),
        ("2026-04-30 10:00+02:00", datetime(2026, 4, 30, 8, tzinfo=UTC)),
        ("2026-04-30", datetime(2026, 4, 30).astimezone()),
        ("999999999d", NOW - MOST),
    ],
)
def test_moments(text, at):
    """Before now, or as ISO 8601 has them."""
    assert moment(text, NOW) == at


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_a_sentence(text):
    """And never anything else."""
    with suppress(ValueError):
        assert moment(text, NOW).tzinfo is not None


def test_a_span_goes_forward():
    """What is wrong is told with its option."""
    assert span("2h", "1h", NOW) == (NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    assert span("", "", NOW) == (None, None)
    with pytest.raises(Wrong, match="--since 1h is not before --until 2h"):
        span("1h", "2h", NOW)
    with pytest.raises(Wrong, match="--until: 'soon' is no time"):
        span("1h", "soon", NOW)
