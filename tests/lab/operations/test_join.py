"""Networks become an operation by what prevails in both and costs them something; not by what is let or planted."""

import random

import pytest

from fyke.lab.linking.link import link
from fyke.lab.linking.marks import gathered
from fyke.lab.operations.join import LIKELY, confidence, grouped, joints
from tests.lab.worlds import good, honest, owner

HABITS = {"registrant_org": 1.0, "merchant": 1.0, "phone": 0.9, "ip": 1.0, "ns": 1.0, "analytics": 0.9, "kit": 1.0}


def operations(*, every=None, some=None, count=6):
    """Sets of gangs that came into one operation, where gangs 0 and 1 share what is given: on all sites, or on some."""
    rng = random.Random(7)
    rows = honest(120, rng)
    for gang in range(count):
        rows += owner(f"gang{gang}", 10, rng, habits=HABITS, pool=1)
    for kind, value in (every or {}).items():
        rows += [(f"gang{gang}-{at:03}.example", kind, value, 0.0, 1.0) for gang in (0, 1) for at in range(10)]
    for kind, value in (some or {}).items():  # the first bears it everywhere, the second beside its own
        rows += [(f"gang0-{at:03}.example", kind, value, 0.0, 1.0) for at in range(10)]
        rows += [(f"gang1-{at:03}.example", kind, value, 0.0, 1.0) for at in range(4)]
        rows += [(f"gang1-{at:03}.example", kind, "its own", 0.0, 1.0) for at in range(4, 10)]
    linked = link(gathered(rows), good(rows))
    names = {
        label: site.partition("-")[0] for site, label in zip(linked.marks.sites, linked.labels.tolist(), strict=True)
    }
    networks = sorted({label for label, name in names.items() if name.startswith("gang")})
    assert len(networks) == count, "each gang is a network of its own"
    found = {}
    for network, root in grouped(networks, joints(linked, linked.labels).joints).items():
        found.setdefault(root, set()).add(names[network])
    return sorted(sorted(gangs) for gangs in found.values() if len(gangs) > 1)


@pytest.mark.parametrize("kind", ["po_box", "wallet"])
def test_what_both_are_reached_or_paid_at_joins_them(kind):
    """Two companies on one PO box."""
    assert operations(every={kind: "box 43728 97024"}) == [["gang0", "gang1"]]


def test_what_is_planted_on_a_part_of_the_sites_joins_nothing():
    """A rival's telephone and box beside one's own."""
    assert operations(some={"po_box": "box 43728 97024"}) == []
    assert operations(some={"company": "verne export", "affiliate": "aff-17"}) == []


def test_words_that_a_rival_may_copy_join_nothing_alone():
    """One company's name on all pages of both; of two families they do."""
    assert operations(every={"company": "verne export"}) == []
    assert operations(every={"company": "verne export", "affiliate": "aff-17"}) == [["gang0", "gang1"]]


def test_what_is_let_joins_nothing():
    """Host, name server and kit in common, and no more."""
    assert operations(every={"ns": "ns1.bullet.example", "asn": "64500"}) == []


def test_a_hypothesis_is_never_certain():
    """Before a person has looked."""
    assert confidence(200.0) == pytest.approx(0.95)
    assert confidence(LIKELY) == pytest.approx(0.95)
    assert confidence(0.0) == pytest.approx(0.5)
