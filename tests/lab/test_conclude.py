"""Conclusions: rebuilt from facts, ids kept, a person's words obeyed."""

from datetime import UTC, datetime, timedelta

import pytest

from fyke.lab.conclude import conclude
from fyke.model.gang import Decision, Role
from fyke.store.sqlite.cases import SqliteCases
from tests.lab.worlds import DAY, good, relation, world

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def cases(tmp_path):
    """Where conclusions are kept."""
    store = SqliteCases(tmp_path / "cases.db")
    yield store
    store.close()


def concluded(cases, rows, days=0):
    """What is concluded from these rows, so many days later."""
    return conclude(relation(rows), cases, NOW + timedelta(days=days), honest=good(rows))


def sites_of(conclusions):
    """By id, the sites of each network."""
    return {network.id: set(network.sites) for network in conclusions.networks}


def decide(cases, verb, left, right=(), text=""):
    cases.decide(Decision(NOW, "ann", verb, tuple(left), tuple(right), text))


def test_networks_and_operations(cases):
    """Each gang's sites, with an id, a confidence and links that add up."""
    rows, owners = world(gangs=4, people=100)
    made = concluded(cases, rows)
    assert made.sites == len(owners)
    for network in made.networks:
        assert len({owners[site] for site in network.sites}) == 1
        assert 0.9 < network.confidence <= 1.0
    for link in made.links:
        assert sum(share.bits for share in link.shares) == pytest.approx(link.bits, abs=0.06)
    assert cases.latest().networks == made.networks
    assert cases.network_of("gang0-000.example") in sites_of(made)


def test_ids_stay_while_the_world_grows(cases):
    """The next round has more sites; each id keeps its gang."""
    rows, _ = world(gangs=3, people=60)
    few = [row for row in rows if not row[0].startswith("gang") or int(row[0][6:9]) < 8]
    before = sites_of(concluded(cases, few))
    after = sites_of(concluded(cases, rows, days=7))
    for name, sites in before.items():
        assert sites <= after[name]


def test_a_persons_words_stick(cases):
    """Named, confirmed, parted, joined, rejected: through every rebuild."""
    rows, _ = world(gangs=3, people=60)
    first = concluded(cases, rows)
    one, other, third = first.operations[:3]
    sites = {each.id: each.sites for each in first.networks}
    decide(cases, "name", sites[one.networks[0]], text="Pill Row")
    decide(cases, "confirm", sites[one.networks[0]])
    decide(cases, "join", sites[other.networks[0]], sites[third.networks[0]])
    decide(cases, "part", sites[one.networks[0]][:1], sites[one.networks[0]][1:2])
    for days in (1, 2):
        made = concluded(cases, rows, days)
        named = next(each for each in made.operations if each.name)
        assert (named.id, named.name, named.confirmed, named.confidence) == (one.id, "Pill Row", True, 1.0)
        now = sites_of(made)
        assert any(set(sites[other.networks[0]]) | set(sites[third.networks[0]]) == each for each in now.values())
        apart = set(sites[one.networks[0]][:2])
        assert not any(apart <= each for each in now.values())


def test_what_was_merged_is_an_alias(cases):
    """The id that goes says where to."""
    rows, _ = world(gangs=2, people=60)
    first = concluded(cases, rows)
    one, other = (each.sites for each in first.networks[:2])
    decide(cases, "join", one, other)
    made = concluded(cases, rows, days=1)
    (gone,) = {each.id for each in first.networks} - {each.id for each in made.networks}
    alias = next(each for each in cases.aliases() if each.old == gone)
    assert (alias.new, alias.reason) == (made.networks[0].id, "merged")
    assert gone in made.networks[0].aliases


def test_suppliers_and_senders_are_told_apart(cases):
    """A host that two gangs rent is a supplier of both; a campaign sends people to one."""
    rows, _ = world(gangs=3, people=60)
    for gang in ("gang0", "gang1"):
        rows += [(f"{gang}-{at:03}.example", "ip", "203.0.113.77", 0.0, 10 * DAY) for at in range(12)]
    rows += [(f"gang0-{at:03}.example", "campaign", "c-0123456789", 0.0, 10 * DAY) for at in range(12)]
    made = concluded(cases, rows)
    by_site = {site: network.id for network in made.networks for site in network.sites}
    zero = next(each for each in made.operations if by_site["gang0-000.example"] in each.networks)
    roles = {role: [part.what for part in zero.parts if part.role is role] for role in Role}
    assert roles[Role.SENDER] == ["c-0123456789"]
    assert "ip=203.0.113.77" in roles[Role.SUPPLIER]


def test_nothing_gives_nothing(cases):
    """No facts, no sites, no gangs."""
    made = concluded(cases, [])
    assert (made.sites, made.networks, made.operations) == (0, (), ())
