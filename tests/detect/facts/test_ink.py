"""How much there is to read."""

from __future__ import annotations

from fyke.detect.facts.ink import ink


def test_blanks_leave_no_ink():
    """Blanks, tabs, line ends and no-break spaces do not count."""
    assert ink(" a\tb\n\u00a0c ") == 3
