"""The line from bits to odds."""

import numpy as np
import pytest

from fyke.learn.slope import SLOPES, Line, chance, line


def mail(seed, count, truth):
    rng = np.random.default_rng(seed)
    bits = rng.normal(0.0, 6.0, count)
    spam = (rng.random(count) < chance(truth, bits)).astype(float)
    return bits, 1 - spam, spam


@pytest.mark.parametrize("truth", [Line(1.0, -1.0), Line(0.5, 2.0), Line(2.0, -3.0)])
def test_the_line_that_made_the_mail_is_found(truth):
    """From thousands of messages, to a tenth or two."""
    found = line(*mail(1, 20_000, truth))
    assert found.slope == pytest.approx(truth.slope, rel=0.1)
    assert found.offset == pytest.approx(truth.offset, abs=0.3)


def test_mail_without_a_mistake_makes_no_wall():
    """Where every line between the two sides is perfect, trust in the shipped one keeps the slope finite."""
    bits = np.array([-5.0, -3.0, 5.0, 8.0] * 20)
    found = line(bits, (bits < 0).astype(float), (bits > 0).astype(float))
    assert 0.5 < found.slope < SLOPES[1]


def test_bits_that_mean_nothing_or_the_contrary_give_a_flat_line():
    """Never a falling one: more bits are never less likely unwanted."""
    bits = np.array([-5.0, -3.0, 5.0, 8.0] * 50)
    assert line(bits, (bits > 0).astype(float), (bits < 0).astype(float)).slope == SLOPES[0]


def test_chances_are_never_out_of_range():
    """Bits of any size."""
    told = chance(Line(), np.array([-1e9, 0.0, 1e9]))
    assert 0.0 <= told[0] < told[1] < told[2] <= 1.0
