"""What every store of conclusions owes, whatever its back end: `check_cases(make)`; `make()` opens the same store."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from fyke.model.finding import Contribution
from fyke.model.gang import Alias, Decision, Hypothesis, Link, Network, Operation
from fyke.store.cases import Conclusions

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHARES = (Contribution("prior", -8.0, "at the start"), Contribution("money", 14.5, "one merchant: Grüße"))


def concluded(*groups, at=AT):
    """Networks of these sites, the first two of which may be one operation's."""
    networks = tuple(
        Network(f"n-{number:010}", tuple(sorted(group)), 0.99, ("n-old",)) for number, group in enumerate(groups)
    )
    links = tuple(
        Link(left, right, 6.5, SHARES)
        for each in networks
        for left in each.sites
        for right in each.sites
        if left < right
    )
    joint = tuple(Hypothesis(networks[0].id, each.id, 3.0, SHARES) for each in networks[1:2])
    operations = tuple(Operation(f"g-{at:010}", "", (each.id,), (), 0.9, joint) for at, each in enumerate(networks))
    return Conclusions(at, networks, operations, links, joint, sites=99)


def check_cases(make):
    """Run every check, one after another, on one store."""
    for check in (
        _nothing_is_concluded_at_first,
        _what_was_concluded_is_there,
        _conclusions_are_replaced_whole,
        _many_sites_are_asked_for_at_once,
        _aliases_only_grow,
        _decisions_only_grow,
    ):
        cases = make()
        try:
            check(cases)
        finally:
            cases.close()
    cases = make()
    assert cases.latest() is not None, "it is there for whoever opens the store later"
    cases.close()


def _nothing_is_concluded_at_first(cases):
    assert cases.latest() is None
    assert cases.links(["a.com"]) == []
    assert cases.links([]) == []
    assert cases.network_of("a.com") == ""
    assert cases.aliases() == cases.decisions() == []


def _what_was_concluded_is_there(cases):
    made = concluded(["a.com", "b.com"], ["c.com", "d.com", "e.com"])
    cases.replace(made, [])
    found = cases.latest()
    assert (found.at, found.sites, found.links) == (AT, 99, ())
    assert [len(each.sites) for each in found.networks] == [3, 2], "the largest first"
    assert set(found.networks) == set(made.networks)
    assert set(found.operations) == set(made.operations)
    assert found.hypotheses == made.hypotheses
    assert cases.links(["b.com", "a.com", "c.com"]) == [made.links[0]]
    assert cases.network_of("e.com") == made.networks[1].id


def _conclusions_are_replaced_whole(cases):
    cases.replace(concluded(["x.com", "y.com"], at=AT + timedelta(days=1)), [])
    assert [each.sites for each in cases.latest().networks] == [("x.com", "y.com")]
    assert cases.network_of("a.com") == ""
    assert cases.links(["a.com", "b.com"]) == []


def _many_sites_are_asked_for_at_once(cases):
    sites = [f"s{at:05}.com" for at in range(2_000)]
    links = tuple(Link(one, other, 5.0, SHARES) for one, other in pairwise(sites))
    cases.replace(Conclusions(AT, (), (), links), [])
    assert len(cases.links(sites)) == 1_999
    assert len(cases.links([*sites[:10], *sites[:10]])) == 9


def _aliases_only_grow(cases):
    one, other = Alias("n-1", "n-2", "merged", AT), Alias("n-3", "", "dissolved", AT)
    cases.replace(concluded(["x.com"]), [one])
    cases.replace(concluded(["x.com"]), [other])
    assert cases.aliases() == [one, other]


def _decisions_only_grow(cases):
    said = [Decision(AT, "ann", verb, ("a.com",), ("b.com",), "Grüße \0") for verb in ("join", "part", "name")]
    for each in said:
        cases.decide(each)
    cases.replace(concluded(["x.com"]), [])
    assert cases.decisions() == said
