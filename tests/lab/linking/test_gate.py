"""The gate: what counts, and whom a single site may not join."""

import numpy as np

from fyke.lab.linking.gate import counts, join
from fyke.lab.linking.marks import FAMILIES
from fyke.lab.linking.weigh import COMPARISONS, Pairs


def pairs(*links, families=("money", "contact"), bits=12.0):
    """Pairs of sites that share these families."""
    shares = np.zeros((len(links), len(COMPARISONS)), dtype=np.float32)
    for family in families:
        shares[:, COMPARISONS.index(family)] = bits
    ordered = sorted((min(link), max(link)) for link in links)
    return Pairs(
        left=np.array([one for one, _ in ordered], dtype=np.int32),
        right=np.array([other for _, other in ordered], dtype=np.int32),
        bits=np.full(len(links), bits, dtype=np.float32),
        shares=shares,
        prior=-10.0,
        weights={},
        learned={},
    )


def partition(found, sites, **rest):
    """The labels."""
    return join(found, sites, **rest).labels.tolist()


def test_two_families_one_of_them_owned():
    """Or three that are not; what is rented counts as none."""
    assert counts(pairs((0, 1))).all()
    assert not counts(pairs((0, 1), families=("money",))).any()
    assert not counts(pairs((0, 1), families=("hosting", "content"))).any()
    assert not counts(pairs((0, 1), families=("hosting", "content", "rented"))).any()
    assert counts(pairs((0, 1), families=("hosting", "content", "dns"))).all()
    assert not counts(pairs((0, 1), bits=5.0)).any()
    assert len(FAMILIES) == len(COMPARISONS) - 1


def test_one_site_joins_no_two_groups():
    """Two links that share no site do."""
    triangles = [(0, 1), (1, 2), (0, 2), (4, 5), (5, 6), (4, 6)]
    assert partition(pairs(*triangles, (2, 3), (3, 4)), 7) in ([0, 0, 0, 0, 4, 4, 4], [0, 0, 0, 3, 3, 3, 3])
    assert partition(pairs(*triangles, (2, 4)), 7) == [0, 0, 0, 3, 4, 4, 4]
    assert partition(pairs(*triangles, (2, 4), (2, 5)), 7) == [0, 0, 0, 3, 4, 4, 4]
    assert partition(pairs(*triangles, (2, 4), (1, 5)), 7) == [0, 0, 0, 3, 0, 0, 0]


def test_what_is_held_back_is_told():
    """The two groups, and the pair."""
    joined = join(pairs((0, 1), (2, 3), (1, 2)), 4)
    assert joined.labels.tolist() in ([0, 0, 2, 2], [0, 0, 0, 0])
    held = join(pairs((0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)), 6).held
    assert [(one, other) for one, other, _ in held] == [(0, 3)]


def test_barred_pairs_stay_apart():
    """Also by way of others."""
    ring = pairs((0, 1), (1, 2), (2, 3), (0, 3), (0, 2), (1, 3))
    labels = partition(ring, 4, barred=[(0, 3)])
    assert labels[0] != labels[3]
