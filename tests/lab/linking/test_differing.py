"""What two sites say differently takes back a part of what they share."""

import numpy as np

from fyke.lab.linking.contrast import contrast
from fyke.lab.linking.differing import BITS, differing, taken_back
from fyke.lab.linking.link import link
from fyke.lab.linking.marks import FAMILIES, gathered
from fyke.lab.linking.weigh import pairs
from tests.lab.worlds import good, world

CONTACT = FAMILIES.index("contact")


def rows(*sites):
    """Rows of sites that are told as dicts of kind and value."""
    return [(name, kind, value, 0.0, 1.0) for name, facts in sites for kind, value in facts.items()]


def counted(left, right):
    marks = gathered(rows(("a.example", left), ("b.example", right)))
    return differing(marks, np.array([0], np.int32), np.array([1], np.int32))[0][0, CONTACT]


def test_kinds_that_both_have_and_do_not_share_are_counted():
    """What only one of them has says nothing, nor does another family."""
    assert counted({"phone": "1", "company": "x"}, {"phone": "2", "company": "x"}) == 1
    assert counted({"phone": "1", "email": "a@b", "company": "x"}, {"phone": "2", "email": "c@d", "company": "x"}) == 2
    assert counted({"phone": "1", "company": "x"}, {"company": "x"}) == 0
    assert counted({"phone": "1", "merchant": "1"}, {"phone": "1", "merchant": "2"}) == 0


def test_one_of_several_values_is_enough():
    """A site that gives two telephones shares one of them."""
    found = rows(("a.example", {"phone": "1"}), ("b.example", {"phone": "2"})) + rows(("a.example", {"phone": "2"}))
    marks = gathered(found)
    differ, contested = differing(marks, np.array([0], np.int32), np.array([1], np.int32))
    assert not differ.any()
    assert contested[0, CONTACT], "one gives another telephone beside it"


def test_the_bits_still_add_up():
    """A pair's bits are the prior's and those of its families."""
    made, _ = world(3)
    marks = gathered(made)
    found = taken_back(marks, pairs(marks, contrast(marks, good(made))))
    assert np.allclose(found.bits, found.prior + found.shares.sum(axis=1), atol=0.01)


def test_a_name_that_two_people_have_joins_nothing():
    """An honest site with the name of a gang's company, and its own telephone and address, stays apart."""
    made, _ = world(4)
    for site in {row[0] for row in made if row[0].startswith("gang0")}:
        made += rows((site, {"company": "verne export", "postal": "1 gang road"}))
    stranger = {"company": "verne export", "phone": "+1 555 999", "postal": "9 own street", "ns": "ns1.hosting.example"}
    made += rows(("stranger.example", stranger))
    linked = link(gathered(made), good(made))
    at = linked.marks.sites.index("stranger.example")
    assert (linked.labels == linked.labels[at]).sum() == 1
    assert BITS < 0
