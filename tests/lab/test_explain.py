"""Why are these two together?"""

from datetime import UTC, datetime

import pytest

from fyke.lab.conclude import conclude
from fyke.lab.explain import NotKnownError, path, survival, weakest, why
from fyke.model import Contribution
from fyke.model.gang import Link
from fyke.store.sqlite.cases import SqliteCases
from tests.lab.worlds import good, relation, world

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def link(left, right, bits=20.0, families=("money", "contact", "hosting")):
    """A link by these families."""
    each = round((bits + 10) / len(families), 2)
    shares = [Contribution("prior", -10.0, "seldom")]
    shares += [Contribution(family, each, f"same {family} of {left[0]}") for family in families]
    return Link(left, right, bits, tuple(shares))


@pytest.fixture
def cases(tmp_path):
    """A concluded world."""
    rows, _ = world(gangs=3, people=60)
    store = SqliteCases(tmp_path / "cases.db")
    conclude(relation(rows), store, NOW, honest=good(rows))
    yield store
    store.close()


def test_two_sites_of_one_network(cases):
    """A chain of links, each a waterfall; a sentence; what would be left without each family."""
    network = cases.latest().networks[0]
    found = why(cases, network.sites[0], network.sites[-1])
    assert found.together == network.id
    assert {found.path[0].left, found.path[0].right} & {network.sites[0], network.sites[-1]}
    assert network.sites[0] in found.sentence
    assert {each.family for each in found.survival} >= {"money", "contact"}
    assert found.weakest
    assert found.rival


def test_two_networks_that_are_apart(cases):
    """They are told to be so, with what they share."""
    one, other = cases.latest().networks[:2]
    found = why(cases, one.id, other.id)
    assert found.together == ""
    assert found.sentence


def test_a_name_that_nobody_knows(cases, tmp_path):
    """Is a sentence; so is a lab that has concluded nothing."""
    with pytest.raises(NotKnownError, match=r"nowhere\.example"):
        why(cases, "nowhere.example", cases.latest().networks[0].id)
    empty = SqliteCases(tmp_path / "empty.db")
    with pytest.raises(NotKnownError, match="lab run"):
        why(empty, "a.example", "b.example")
    empty.close()


def test_the_strongest_chain():
    """Its weakest link is as strong as can be; of two such the shorter."""
    links = [link("a", "b", 30), link("b", "c", 30), link("a", "c", 12), link("c", "d", 40)]
    assert [(each.left, each.right) for each in path(links, "a", "d")] == [("a", "b"), ("b", "c"), ("c", "d")]
    assert path(links, "a", "z") == []
    assert path(links, "a", "a") == []


def test_what_a_family_carries():
    """Without it links fall, and with them what hangs together."""
    links = [link("a", "b", families=("money", "hosting")), link("b", "c", families=("contact", "dns", "hosting"))]
    told = {each.family: each for each in survival(links, ["a", "b", "c"], "a", "b")}
    assert (told["money"].holds, told["money"].pieces) == (False, 2)
    assert (told["dns"].holds, told["dns"].pieces) == (True, 1)
    assert told["contact"].largest == 2


def test_the_fewest_reasons_that_part_two():
    """One link with two families falls with one; two chains need one each."""
    assert len(weakest([link("a", "b", families=("money", "hosting"))], "a", "b")) == 1
    links = [link("a", "b", families=("money", "hosting")), link("b", "c", families=("contact", "dns"))]
    assert len(weakest([*links, link("a", "c", families=("tracking", "dns"))], "a", "c")) == 2
