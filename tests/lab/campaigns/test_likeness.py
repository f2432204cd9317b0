"""Many pairs at once are judged as one pair is."""

import numpy as np

from fyke.lab.campaigns.likeness import alike, band_keys, common, is_short, jaccard
from fyke.mail.sketch import sketch
from fyke.store.likeness import is_alike
from tests.lab.campaigns.mails import made, rows


def test_rows_are_alike_where_sketches_are():
    """The pass over all mails and the index agree on nearly all pairs; they cut long texts a little differently."""
    table, _ = rows()
    sketches = {message.digest[:32]: sketch(message) for message in made()[1]}
    own = [sketches[each.ljust(16, b"\0").hex()] for each in table["id"].tolist()]
    chosen = np.flatnonzero(~is_short(table))[::7][:60]
    one, other = (each.ravel() for each in np.meshgrid(chosen, chosen))
    found = alike(table, one, other)
    single = [is_alike(own[a], own[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
    assert np.mean(found == np.array(single)) > 0.99


def test_shares_are_those_of_sets():
    """Of what both have, and of all; none is none."""
    none = 0xFFFFFFFF
    one = np.array([[1, 2, 3, none], [none] * 4], np.uint32)
    other = np.array([[2, 3, 4, none], [1, 2, 3, 4]], np.uint32)
    assert jaccard(one, other).tolist() == [0.5, 0.0]
    assert common(one, other).tolist() == [2, 0]


def test_equal_rows_have_equal_keys():
    """A copy is always a candidate."""
    table, _ = rows()
    twice = table[np.array([3, 3])]
    assert all(keys[0] == keys[1] for keys in band_keys(twice))
