"""What was measured goes between the marks of a page, and nowhere else."""

import pytest

from bench import attack_page, cross
from bench.pages import BEGIN, END, written


def test_the_measured_part_is_replaced():
    """What people wrote around it stays."""
    begin, end = BEGIN.format("x.py"), END.format("x.py")
    page = f"# Card\n\n{begin}old\n{end}\nrest\n"
    again = written(written(page, "| new |\n", "x.py"), "| newer |\n", "x.py")
    assert again == f"# Card\n\n{begin}\n| newer |\n\n{end}\nrest\n"
    with pytest.raises(ValueError, match="no part"):
        written("# Card\n", "new", "x.py")


@pytest.mark.parametrize(("page", "mark"), [(attack_page.PAGE, attack_page.MARK), (cross.CARD, cross.MARK)])
def test_the_pages_have_their_marks(page, mark):
    """So that their figures can be renewed."""
    assert "| new |" in written(page.read_text(), "| new |\n", mark)
