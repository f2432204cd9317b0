"""The lab says the same on a cluster of a master and two workers as in one process: groups, bits, ids."""

import random
from pathlib import Path

import numpy as np
import pytest

from bench.campaign_world import World
from fyke.lab.campaigns.conclude import partition
from fyke.lab.campaigns.members import ROW, packed, unjudged
from fyke.lab.linking.link import link
from fyke.lab.linking.marks import read
from fyke.mail import parse
from tests.lab import worlds

pytestmark = pytest.mark.peer


def mails(seed, campaigns=6, most=25):
    """Rows of mails of a made-up world, in the order of their ids."""
    found = (unjudged(parse(made.raw), made.at) for made in World(seed, campaigns=campaigns).mails(most))
    raw = {each.id: packed(bytes.fromhex(each.id), each.sketch) for each in found if each is not None}
    return np.frombuffer(b"".join(raw[name] for name in sorted(raw)), ROW)


def same(one, other):
    """Every number, label and weight of two linkings is equal."""
    for name in ("left", "right", "bits", "shares"):
        assert np.array_equal(getattr(one.pairs, name), getattr(other.pairs, name)), name
    assert one.pairs.learned == other.pairs.learned
    assert np.array_equal(one.labels, other.labels)


def test_both_workers_are_used(cluster, spark):
    """The cluster has two executors, and not one."""
    told = spark.session.sparkContext.parallelize(range(40), 8).map(lambda _: _executor()).distinct().collect()
    assert len(told) == 2


def _executor():
    return str(Path.cwd())


def test_mails_fall_into_the_same_campaigns(spark):
    """Of three worlds at once, compared on the cluster and in this process."""
    rows = np.concatenate([mails(seed) for seed in (1, 2, 3)])
    rows = rows[np.argsort(rows["id"])]
    here = partition(rows)
    assert 3 < len(np.unique(here)) < len(rows)
    assert np.array_equal(partition(rows, spark.bands), here)


@pytest.mark.parametrize("seed", [1, 2])
def test_sites_are_linked_by_the_same_bits(spark, seed):
    """Facts in another order make no difference either."""
    rows, _ = worlds.world(seed, gangs=4, size=8, people=60)
    here = link(read(worlds.relation(rows)), worlds.good(rows))
    random.Random(seed).shuffle(rows)
    assert len(here.pairs.left)
    same(link(read(worlds.relation(rows)), worlds.good(rows), engine=spark), here)
