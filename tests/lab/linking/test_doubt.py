"""A mark is doubted by how seldom its holders agree in anything else, whoever is known to be honest."""

import random

from fyke.lab.linking.doubt import LEAST, doubts
from fyke.lab.linking.link import link
from fyke.lab.linking.marks import gathered
from tests.lab.worlds import CARELESS, honest, mixed, owner, recall, world


def by_key(rows):
    marks = gathered(rows)
    return dict(zip((mark.key for mark in marks.marks), doubts(marks).tolist(), strict=True))


def test_what_strangers_share_is_doubted():
    """The name server of a large host is; a gang's telephone is not."""
    rng = random.Random(1)
    rows = honest(200, rng)
    for gang in range(4):
        rows += owner(f"gang{gang}", 12, rng, habits=CARELESS)
    found = by_key(rows)
    assert found["ns=ns1.hosting.example"] > 0.9
    assert max(found[f"phone=gang1-phone-{at}"] for at in range(2)) < 0.3
    assert min(found.values()) >= LEAST


def test_a_name_that_many_chose_is_doubted():
    """Companies of one name that have nothing else in common."""
    rng = random.Random(2)
    rows = honest(200, rng)
    rows += [(f"honest-{at:04}.example", "company", f"holdings {at % 40}", 0.0, 1.0) for at in range(200)]
    found = by_key(rows)
    assert all(doubt > 0.9 for key, doubt in found.items() if key.startswith("company="))


def test_gangs_are_found_where_nobody_is_known_to_be_honest():
    """No network has sites of two owners."""
    rows, owners = world(5)
    linked = link(gathered(rows))
    assert not mixed(linked, owners)
    assert recall(linked, owners) > 0.8
