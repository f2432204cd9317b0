"""Clusters of one text."""

import numpy as np

from fyke.lab.campaigns.clusters import clusters, joined
from fyke.lab.campaigns.members import ROW
from tests.lab.campaigns.mails import purity, rows


def test_little_churn_is_found_whole():
    """Where one word in twenty is exchanged, each campaign without a copycat is one cluster."""
    table, truth = rows(churn=0.05)
    labels = clusters(table)
    whole = [len(set(labels[truth == name].tolist())) == 1 for name in set(truth.tolist()) if (truth == name).sum() > 5]
    assert sum(whole) >= 0.8 * len(whole)
    assert purity(labels, truth) > 0.8


def test_a_group_is_named_by_its_smallest_row():
    """Joined pairs, in any order, have one name."""
    labels = np.arange(6)
    one, other = np.array([5, 3]), np.array([3, 1])
    assert joined(labels, one, other).tolist() == [0, 1, 2, 1, 4, 1]
    assert joined(labels, other[::-1], one[::-1]).tolist() == [0, 1, 2, 1, 4, 1]
    assert joined(labels, one[:0], other[:0]) is labels


def test_nothing():
    """No rows, no clusters."""
    assert clusters(np.empty(0, ROW)).tolist() == []
