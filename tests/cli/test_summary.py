"""What a run comes to."""

import io

from fyke.cli.screen import Screen
from fyke.cli.summary import bar
from tests.cli.conftest import SPAM, mail


def test_counts_and_reasons(fyke, tmp_path):
    """Labels, reasons with their sentence, senders, and the pace."""
    for at in range(3):
        (tmp_path / f"{at}.eml").write_bytes(SPAM if at else mail())
    out = fyke("scan", tmp_path).out
    assert "  spam                2   66.7 %" in out
    assert "GTUBE" in out
    assert "example.org" in out.partition("come from")[2]
    assert "3 messages" in out


def test_bar_is_never_nothing_for_something():
    """One among thousands is still seen."""
    screen = Screen(io.StringIO(), {})
    assert bar(screen, 1, 100_000)
    assert len(bar(screen, 5, 5)) == 24
