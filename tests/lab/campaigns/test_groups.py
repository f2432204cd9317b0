"""What a group has in common, and what tells two texts apart."""

import numpy as np

from fyke.lab.campaigns.groups import OTHER, difference, features, fit, group, halved
from tests.lab.campaigns.mails import rows


def largest(count=2):
    table, truth = rows()
    names, counts = np.unique(truth, return_counts=True)
    return table, [np.flatnonzero(truth == names[at]) for at in np.argsort(-counts)[:count]]


def test_halves_of_one_campaign_are_not_told_apart():
    """Chance makes no second text."""
    table, (members, _) = largest()
    assert difference(group(table, members[::2]), group(table, members[1::2])) < OTHER


def test_two_campaigns_are_told_apart():
    """And a mail fits its own."""
    table, (one, other) = largest()
    first, second = group(table, one), group(table, other)
    assert difference(first, second) >= OTHER
    mail = features(table[one[:1]])[0]
    assert fit(mail, first) > fit(mail, second)


def test_two_texts_under_one_roof_are_halved():
    """Each part is of one campaign."""
    table, (one, other) = largest()
    parts = halved(table, np.sort(np.concatenate((one, other))))
    assert len(parts) >= 2
    for part in parts:
        inside = np.isin(part.rows, one).mean()
        assert inside > 0.95 or inside < 0.05
