"""The waterfall on the terminal."""

import io

from fyke.cli.screen import Screen
from fyke.cli.waterfall import waterfall
from fyke.model import Contribution


def drawn(shares, **marks):
    stream = io.StringIO()
    waterfall(Screen(stream, {"COLUMNS": "120"}), [Contribution(*share) for share in shares], marks)
    return stream.getvalue().splitlines()


def test_each_bar_begins_where_the_one_before_ended():
    """And the last line has the sum, exactly."""
    lines = drawn([("PRIOR", -2.0, "prior"), ("A", 6.0, "link"), ("B", 0.1, "a"), ("C", 0.2, "b")], unwanted=3.0)
    bars = [line[17:48].rstrip() for line in lines[1:4]]
    assert bars[0].index("█") == bars[1].index("█") == 0  # down to -2, and up from there
    assert bars[1].rindex("█") == bars[2].index("█")
    assert lines[-1].startswith("  +4.30 in total; unwanted from +3.00")


def test_hostile_evidence_is_escaped():
    """Evidence quotes the enemy."""
    assert not any("\x1b" in line for line in drawn([("A", 1.0, "link: \x1b[2J")], unwanted=1.0))


def test_no_evidence_at_all():
    """An empty waterfall is zero."""
    assert drawn([], unwanted=4.0)[-1].startswith("  +0.00 in total")
