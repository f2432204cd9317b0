"""Composites: the small language of and, or, not over names of symbols."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.judge import compose


@pytest.mark.parametrize(
    ("when", "present", "holds"),
    [
        ("A and B", {"A"}, False),
        ("A and B", {"A", "B"}, True),
        ("A and (B or C) and not D", {"A", "C"}, True),
        ("A and (B or C) and not D", {"A", "C", "D"}, False),
        ("A or B", {"B"}, True),
    ],
)
def test_tests_hold_as_they_read(when, present, holds):
    """An expression holds for just the sets of symbols that it describes."""
    test, _, _ = compose.parse(when)
    assert test(present) is holds
    assert test(dict.fromkeys(present).keys()) is holds  # what the judge has


@pytest.mark.parametrize("when", ["A and", "A + B", "f(A)", "not A", "1", "A if B else C", "", "A.b"])
def test_anything_else_is_refused(when):
    """What is not the language, or would hold for an empty mail, is refused with a sentence."""
    with pytest.raises(ValueError, match=r"cannot be read|knows only|every mail"):
        compose.parse(when)


@given(
    st.sets(st.sampled_from("ABCD")), st.sampled_from(["A and B", "A or B and C", "(A or B) and not C", "D and not A"])
)
def test_needs_never_hides_a_match(present, when):
    """Where the test holds, at least one of the needed names is there: skipping by them loses nothing."""
    test, names, needs = compose.parse(when)
    assert needs <= names
    if test(present):
        assert needs & present
