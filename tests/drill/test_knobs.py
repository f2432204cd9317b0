"""Sizes are knobs that make a world."""

from fyke.drill.knobs import SIZES, Knobs


def test_sizes_grow():
    """A larger size has more of everything; the case alone is no chance."""
    small, medium, large = (SIZES[name] for name in ("small", "medium", "large"))
    assert small == Knobs()
    assert small.mails < medium.mails < large.mails
    assert small.gangs < medium.gangs < large.gangs
    assert [name for name, knobs in SIZES.items() if knobs.case] == ["case"]


def test_the_case_is_shaped_like_2005():
    """45,000 trap mails in three weeks, dozens of sites in three shifts."""
    case = SIZES["case"]
    assert (case.mails, case.weeks, case.shifts) == (45_000, 3, 3)
    assert 24 <= case.sites <= 99
