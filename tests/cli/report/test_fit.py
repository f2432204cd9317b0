"""The page of a fit."""

from fyke.cli.report.fit import render
from tests.cli.fits import fitting, weight


def test_names_from_outside_cannot_act():
    """What could not be read is told as text."""
    page = render(fitting(weight("DATE_PAST", "headers", 1.7, 1.5), unread=("<script>alert(1)</script>: is odd",)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_both_plots_and_the_table_stand_there():
    """Before and after; changed facts before those that stayed, and what was not fitted is counted."""
    page = render(
        fitting(
            weight("LINK_IP", "links", 2.5, 2.5),
            weight("DATE_PAST", "headers", 1.7, 1.5),
            weight("FROM_IS_TO", "sender", 1.6, 1.6, is_fitted=False),
        )
    )
    assert page.count('class="plot"') == 2
    assert page.index("DATE_PAST") < page.index("LINK_IP")
    assert "FROM_IS_TO" not in page
    assert "1 fact stands in fewer messages" in page
