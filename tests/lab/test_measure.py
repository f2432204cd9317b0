"""Figures of partitions: known values, and what holds of all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fyke.lab.measure import adjusted_rand, b_cubed, pairwise


def test_known_values():
    """By hand: {1,2,3}{4} found, {1,2}{3,4} true."""
    found, truth = "aaab", "xxyy"
    assert b_cubed(found, truth).precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert b_cubed(found, truth).recall == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert (pairwise(found, truth).precision, pairwise(found, truth).recall) == (1 / 3, 1 / 2)
    assert adjusted_rand(found, truth) == pytest.approx(0.0)


def test_all_together_and_all_apart():
    """Together: recall 1, precision low; apart: the other way round."""
    truth = [at // 10 for at in range(100)]
    assert b_cubed([0] * 100, truth).recall == 1.0
    assert b_cubed([0] * 100, truth).precision == pytest.approx(0.1)
    assert b_cubed(range(100), truth).precision == 1.0
    assert pairwise(range(100), truth).f == 0.0
    assert adjusted_rand(range(100), truth) == pytest.approx(0.0)


def test_nothing_is_right():
    """Of no items nothing is wrong; different items are an error."""
    assert b_cubed([], []).f == pairwise([], []).f == adjusted_rand([], []) == 1.0
    with pytest.raises(ValueError, match="argument"):
        b_cubed([1], [1, 2])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_bounds_and_names(items):
    """From 0 to 1; the truth itself is 1; names of groups do not count."""
    found, truth = [one for one, _ in items], [other for _, other in items]
    for measure in (b_cubed, pairwise):
        score = measure(found, truth)
        assert 0.0 <= score.precision <= 1.0
        assert 0.0 <= score.recall <= 1.0
        assert measure(truth, truth).f == 1.0
        assert measure([f"g{each}" for each in found], truth) == score
        swapped = measure(truth, found)
        assert swapped.precision == pytest.approx(score.recall)
    assert adjusted_rand(truth, truth) == pytest.approx(1.0)
    assert adjusted_rand(found, truth) == pytest.approx(adjusted_rand(truth, found))
