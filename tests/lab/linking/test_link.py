"""Linking as a whole: owners found, and what is planted, rented or common joins nobody."""

import random

import pytest

from fyke.lab.linking.link import link
from fyke.lab.linking.marks import gathered
from tests.lab.worlds import CARELESS, DAY, good, groups, honest, mixed, owner, recall, world


def linked(rows, honest_sites=None, **rest):
    """These rows, linked."""
    return link(gathered(rows), good(rows) if honest_sites is None else honest_sites, **rest)


def test_owners_are_found_and_kept_apart():
    """Most of each gang's sites, none of another's, and no honest one."""
    rows, owners = world()
    found = linked(rows)
    assert not mixed(found, owners)
    assert recall(found, owners) > 0.9
    assert not any(site.startswith("honest") for sites in groups(found) for site in sites)


def test_the_order_of_facts_does_not_matter():
    """Networks are the same to the site."""
    rows, _ = world(seed=2, gangs=4, people=100)
    shuffled = list(rows)
    random.Random(3).shuffle(shuffled)
    assert groups(linked(rows)) == groups(linked(shuffled))


def trap(plant, seed=4):
    """Two gangs among others, with the same planted into the sites of both; their networks and owners."""
    rows, owners = world(seed, gangs=6, people=200)
    for gang in ("gang0", "gang1"):
        for site in sorted({row[0] for row in rows if row[0].startswith(f"{gang}-")}):
            rows += [(site, kind, value, 0.0, 10 * DAY) for kind, value in plant.items()]
    return linked(rows), owners


@pytest.mark.parametrize(
    "plant",
    [
        {"ip": "203.0.113.9"},
        {"ip": "203.0.113.9", "kit": "the same kit"},
        {"ip": "203.0.113.9", "kit": "the same kit", "ns": "ns1.bulletproof.example"},
        {"analytics": "UA-99999-1"},
        {"phone": "+15550001111"},
        {"campaign": "c-0123456789", "url_shape": "/a/9"},
        {"ip": "203.0.113.9", "kit": "the same kit", "campaign": "c-0123456789"},
    ],
    ids="+".join,
)
def test_what_two_gangs_rent_or_one_plants_joins_nobody(plant):
    """A host, a kit, name servers, a botnet, or one false flag."""
    found, owners = trap(plant)
    assert not mixed(found, owners)
    assert recall(found, owners) > 0.85


def test_a_site_that_has_marks_of_two_owners_joins_them_not():
    """One that was sold, or broken into."""
    rows, owners = world(seed=5, gangs=4, people=100)
    theirs = [row for row in rows if row[0] == "gang0-000.example" or row[0] == "gang1-000.example"]
    rows += [("bridge.example", kind, value, first, last) for _, kind, value, first, last in theirs]
    owners["bridge.example"] = "bridge"
    labels = {site: sites for sites in groups(linked(rows)) for site in sites}
    assert labels["gang0-000.example"] != labels["gang1-000.example"]


def test_honest_sites_of_one_shop_software_and_host_stay_alone():
    """Also where nobody says that they are honest."""
    rows = honest(300, random.Random(6))
    assert groups(linked(rows, honest_sites=())) == []


def test_what_a_person_parted_stays_apart():
    """However much they share."""
    rows, _ = world(seed=7, gangs=2, people=50)
    one, other = "gang0-000.example", "gang0-001.example"
    together = linked(rows)
    assert any({one, other} <= set(sites) for sites in groups(together))
    apart = linked(rows, barred=[(one, other)])
    assert not any({one, other} <= set(sites) for sites in groups(apart))


def test_a_dozen_sites_are_enough():
    """A world so small that nothing can be learned from it."""
    rng = random.Random(8)
    rows = owner("gang0", 6, rng, habits=dict.fromkeys(CARELESS, 1.0), pool=1)
    rows += owner("gang1", 6, rng, habits=dict.fromkeys(CARELESS, 1.0), pool=1)
    found = linked(rows)
    assert [len(sites) for sites in groups(found)] == [6, 6]


def test_a_world_without_sites():
    """Nothing is nothing."""
    assert groups(linked([])) == []
    assert groups(linked([("a.example", "ip", "192.0.2.1", 0.0, DAY)])) == []
