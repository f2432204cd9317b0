"""What was left alone finds its campaign by the words that all of it have."""

import numpy as np

from fyke.lab.campaigns.clusters import clusters
from fyke.lab.campaigns.joining import brought_together
from tests.lab.campaigns.mails import purity, rows


def test_what_was_left_alone_is_brought_home():
    """Where a third of the words is exchanged: fewer groups, as pure."""
    table, truth = rows(31, 0.35, 8)
    before = clusters(table)
    after = brought_together(table, before)
    assert len(set(after.tolist())) <= len(set(before.tolist()))
    assert purity(after, truth) >= purity(before, truth) - 0.01


def test_one_mail_torn_from_a_campaign_returns():
    """By its anchors."""
    table, truth = rows()
    names, counts = np.unique(truth, return_counts=True)
    labels = np.array([np.flatnonzero(truth == each)[0] for each in truth])
    own = np.flatnonzero(truth == names[counts.argmax()])
    labels[own[-1]] = own[-1]
    assert brought_together(table, labels)[own[-1]] == own[0]


def test_without_a_large_cluster_nothing_is_joined():
    """There are no anchors."""
    table, _ = rows()
    labels = np.arange(5)
    assert brought_together(table[:5], labels) is labels
