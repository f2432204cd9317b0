"""The base model: small, frozen, modest."""

import numpy as np
import pytest

from fyke.learn import base
from fyke.learn.table import SLOTS


def test_weights_and_counts_come_back_within_a_step():
    """One byte each keeps 1/32 bit, and counts to a twelfth."""
    weights, squares = np.zeros(SLOTS), np.zeros(SLOTS)
    weights[3], squares[3] = -1.26, 0.02
    found = base.unpack(base.pack(weights, squares))
    assert abs(found.weights[3] / base.UNIT + 1.26) <= 0.5 / base.UNIT
    assert abs(found.known()[3] / 0.02 - 1) < 0.1
    assert found.known()[4] == 0.0


def test_other_bytes_are_refused():
    """A cut or foreign file is no base."""
    whole = base.pack(np.zeros(SLOTS), np.zeros(SLOTS))
    for wrong in (whole[:-1], b"X" + whole[1:], b""):
        with pytest.raises(ValueError, match="base model"):
            base.unpack(wrong)


def test_the_sum_bends_towards_the_cap():
    """Near zero it is itself; however large, it stays below the cap."""
    assert abs(base.bent(0.2) - 0.2) < 0.01
    assert 0 < base.bent(1_000.0) <= base.CAP_BITS
    assert -base.CAP_BITS <= base.bent(-1_000.0) < 0


def test_the_packaged_base_fits_the_package():
    """At most 2 MB, and it says something."""
    assert base.PACKAGED.stat().st_size <= 2_000_000
    assert base.packaged().weights.any()
