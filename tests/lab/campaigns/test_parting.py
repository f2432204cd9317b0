"""Clusters of several texts are taken apart, others are left alone."""

import numpy as np

from fyke.lab.campaigns.clusters import clusters
from fyke.lab.campaigns.parting import by_label, coherent, parted
from tests.lab.campaigns.mails import purity, rows


def test_copycats_are_parted():
    """The parts are purer than what they were."""
    table, truth = rows(21, 0.15, 12)
    before = clusters(table)
    after = parted(table, before)
    assert purity(after, truth) >= purity(before, truth)
    assert purity(after, truth) > 0.97


def test_one_text_stays_whole():
    """Nothing is cut where there is nothing to cut."""
    table, truth = rows()
    names, counts = np.unique(truth, return_counts=True)
    members = table[truth == names[counts.argmax()]]
    labels = np.zeros(len(members), np.int64)
    assert len(set(parted(members, labels).tolist())) == 1
    assert (coherent(members, labels) == 0).mean() > 0.9


def test_groups_come_with_their_rows_ascending():
    """Those that are large enough."""
    assert [each.tolist() for each in by_label(np.array([0, 1, 0, 1, 0, 5]), 2)] == [[0, 2, 4], [1, 3]]
