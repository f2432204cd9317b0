"""Asking block lists: what they say is told, and a broken list lists nobody."""

import asyncio

import pytest

from fyke.lookup.lists import CHECK_S, OFF_S, Lists, probes
from fyke.lookup.lists_known import known
from fyke.model.query import Dns, Listed, Listing, Records


class World:
    """Lists that answer as the test wants, and a clock."""

    def __init__(self, **values):
        self.now, self.asked, self.values = 1.0, [], values

    def answer(self, questions):
        self.asked += questions
        told = {}
        for question in questions:
            key = question.name.removesuffix(".bl.example.net").removesuffix(".uri.example.net")
            value = self.values.get(key, ())
            if value is not None:
                told[question] = Records(tuple(value))
        return told

    def lists(self, **more):
        self.warnings = []
        return Lists(self.answer, ["bl.example.net"], tell=self.warnings.append, clock=lambda: self.now, **more)


GOOD = {"2.0.0.127": ["127.0.0.2"], "9.2.0.192": ["127.0.0.3"]}
BAD = Listed("bl.example.net", "192.0.2.9")
SAID = Listing(("listed",), ("127.0.0.3",), "bl.example.net")


def test_a_list_is_tested_once_in_a_while():
    """Together with the first question, so that nobody waits for it."""
    world = World(**GOOD)
    lists = world.lists()
    assert lists.answer([BAD]) == {BAD: SAID}
    assert lists.answer([BAD]) == {BAD: SAID}
    assert len(world.asked) == 4
    world.now += CHECK_S + 1
    lists.answer([BAD])
    assert len(world.asked) == 7
    assert lists.warnings == ()


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"1.0.0.127": ["127.0.0.2"]}, "perhaps everything"),
        ({"2.0.0.127": []}, "its own test entry"),
        ({"2.0.0.127": ["127.255.255.254"]}, "public resolver"),
        ({"1.0.0.127": ["203.0.113.1"]}, "perhaps it is gone"),
        ({"9.2.0.192": ["127.255.255.255"]}, "too often"),
    ],
)
def test_a_broken_list_lists_nobody(values, word):
    """It is switched off with a sentence, and tried again later."""
    world = World(**GOOD | values)
    lists = world.lists()
    assert lists.answer([BAD]) == {}
    asked = len(world.asked)
    assert lists.answer([BAD]) == {}
    assert len(world.asked) == asked
    assert len(world.warnings) == 1
    assert word in world.warnings[0] == lists.warnings[0]
    world.now += OFF_S + 1
    world.values = GOOD
    assert lists.answer([BAD])
    assert lists.warnings == ()


def test_a_list_that_was_never_tested_is_not_believed():
    """Its tests were not answered: that is no warning, and no listing either."""
    world = World(**GOOD | {"1.0.0.127": None})
    lists = world.lists()
    assert lists.answer([BAD]) == {}
    assert world.warnings == []
    world.values = GOOD
    assert lists.answer([BAD])


def test_a_list_that_nobody_named_is_not_asked():
    """Other questions are handed on in the same call."""
    world, other = World(**GOOD), Dns("example.org", "A")
    assert world.lists().answer([Listed("other.example.net", "192.0.2.9"), other]) == {other: Records()}
    assert world.asked == [other]


def test_lists_of_domains_have_probes_their_own():
    """TEST and INVALID, or what the list says (RFC 5782 5)."""
    world = World(test=["127.0.0.2"], **{"bad.example": ["127.0.0.2"]})
    lists = Lists(world.answer, of_domains=["URI.example.net."])
    asked = Listed("uri.example.net", "bad.example", "www.bad.example")
    assert lists.answer([asked])[asked].kinds == ("listed",)
    assert [question.name.partition(".uri.")[0] for question in world.asked] == ["test", "invalid", "bad.example"]
    tests = probes("dbl.spamhaus.org", known("dbl.spamhaus.org"))
    assert [test.name for test in tests] == ["dbltest.com.dbl.spamhaus.org", "invalid.dbl.spamhaus.org"]


def test_what_a_list_does_not_know_stays_unknown():
    """A list of domains is not asked of addresses, nor one of addresses of names: that is not "not listed"."""
    world = World()
    lists = Lists(world.answer, ["bl.example.net"], ["uri.example.net"])
    assert lists.answer([Listed("bl.example.net", "bad.example"), Listed("uri.example.net", "192.0.2.9")]) == {}
    assert world.asked == []


def test_two_hosts_of_one_domain_are_one_question():
    """Where the list knows domains alone."""
    world = World(test=["127.0.0.2"])
    lists = Lists(world.answer, of_domains=["uri.example.net"])
    hosts = [Listed("uri.example.net", "good.example", host) for host in ("a.good.example", "b.good.example")]
    assert lists.answer(hosts) == dict.fromkeys(hosts, Listing((), (), "uri.example.net"))
    assert len(world.asked) == 3


def test_a_customers_key_is_told_to_nobody():
    """Neither in a listing nor in a warning."""
    zone = "secretkey.zen.dq.spamhaus.net"
    said = {"2.0.0.127": "127.0.0.2", "9.2.0.192": "127.0.0.4"}
    lists = Lists(
        lambda asked: {each: Records((said[each.name[:9]],) if each.name[:9] in said else ()) for each in asked}, [zone]
    )
    asked = Listed(zone, "192.0.2.9")
    assert lists.answer([asked])[asked] == Listing(("exploited-host",), ("127.0.0.4",), "zen.dq.spamhaus.net")
    said["9.2.0.192"] = "127.255.255.255"
    assert lists.answer([asked]) == {}
    assert "secretkey" not in lists.warnings[0]


def test_it_is_asked_in_an_event_loop_too():
    """The same questions, the same answers."""
    world = World(**GOOD)

    async def ask(questions):
        return world.answer(questions)

    assert asyncio.run(world.lists(ask=ask).ask([BAD])) == {BAD: SAID}
    assert asyncio.run(world.lists().ask([Listed("other.example.net", "192.0.2.9")])) == {}
