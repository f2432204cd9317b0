"""Block lists: what they are asked, what their answers mean, and that a broken list lists nobody."""

import pytest

from fyke.lookup.lists import CHECK_S, KNOWN, OFF_S, Lists, Meaning, key_of, key_of_domain, meaning, probes
from fyke.model.query import Dns, Listed, Records

ZEN, DBL = "zen.spamhaus.org", "dbl.spamhaus.org"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.99", "99.2.0.192"),
        ("2001:db8::1", "1." + "0." * 23 + "8.b.d.0.1.0.0.2"),
        ("::ffff:192.0.2.1", "1.2.0.192"),
        ("example.org", ""),
    ],
)
def test_an_address_is_asked_backwards(address, key):
    """RFC 5782 2.1 and 2.4."""
    assert key_of(address) == key


@pytest.mark.parametrize(
    ("domain", "key"),
    [
        ("Example.ORG.", "example.org"),
        ("192.0.2.1", ""),
        ("a..b", ""),
        ("", ""),
        ("bücher.example", ""),
        ("a b.example", ""),
        ("x" * 64 + ".org", ""),
    ],
)
def test_a_domain_is_asked_as_it_is(domain, key):
    """What is none is not asked."""
    assert key_of_domain(domain) == key


@pytest.mark.parametrize(
    ("zone", "values", "kinds"),
    [
        (ZEN, ["127.0.0.2"], ["spam-source"]),
        (ZEN, ["127.0.0.10", "127.0.0.4", "127.0.0.3"], ["exploited-host", "snowshoe", "dynamic-or-policy"]),
        (ZEN, ["127.0.0.77"], []),
        ("abcdefgh.zen.dq.spamhaus.net", ["127.0.0.7"], ["exploited-host"]),
        (DBL, ["127.0.1.5"], ["malware"]),
        (DBL, ["127.0.1.102"], ["abused-legitimate"]),
        ("multi.surbl.org", ["127.0.0.80"], ["malware", "spam-domain"]),
        ("multi.uribl.com", ["127.0.0.4"], ["grey-domain"]),
        ("bl.example.net", ["127.0.0.9"], ["listed"]),
        ("bl.example.net", [], []),
    ],
)
def test_what_an_answer_means(zone, values, kinds):
    """The worst first; a code that a list did not announce means nothing."""
    assert meaning(zone, values) == Meaning(bool(kinds), kinds[0] if kinds else "", kinds=tuple(kinds))


@pytest.mark.parametrize("zone", [ZEN, DBL, "multi.surbl.org", "bl.example.net"])
@pytest.mark.parametrize("value", ["127.255.255.254", "127.255.255.7", "203.0.113.9", "127.0.0.1", "x", "0.0.0.0", ""])
def test_a_refusal_is_no_listing(zone, value):
    """Nor is the address of whoever bought the list's domain, alone or beside a listing."""
    for values in ([value], ["127.0.0.2", value]):
        said = meaning(zone, values)
        assert not said.listed
        assert said.error.startswith("the list ")
    assert meaning(DBL, ["127.0.1.255"]).error


class World:
    """Lists that answer as the test wants, and a clock."""

    def __init__(self, **values):
        self.now, self.asked, self.values = 1.0, [], values

    def answer(self, questions):
        self.asked += questions
        told = {}
        for question in questions:
            value = self.values.get(getattr(question, "key", ""), ())
            if value is not None:
                told[question] = Records(tuple(value))
        return told

    def lists(self, **more):
        self.warnings = []
        return Lists(self.answer, ["bl.example.net"], tell=self.warnings.append, clock=lambda: self.now, **more)


GOOD = {"2.0.0.127": ["127.0.0.2"], "9.2.0.192": ["127.0.0.3"]}
BAD = Listed("bl.example.net", "9.2.0.192")


def test_a_list_is_tested_once_in_a_while():
    """Together with the first question, so that nobody waits for it."""
    world = World(**GOOD)
    lists = world.lists()
    assert lists.answer([BAD]) == {BAD: Records(("127.0.0.3",))}
    assert lists.answer([BAD]) == {BAD: Records(("127.0.0.3",))}
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
    assert world.lists().answer([Listed("other.example.net", "9.2.0.192"), other]) == {other: Records()}
    assert world.asked == [other]


def test_lists_of_domains_have_probes_their_own():
    """TEST and INVALID, or what the list says (RFC 5782 5)."""
    world = World(test=["127.0.0.2"], **{"bad.example": ["127.0.0.2"]})
    lists = Lists(world.answer, of_domains=["URI.example.net."])
    asked = Listed("uri.example.net", "bad.example")
    assert lists.answer([asked]) == {asked: Records(("127.0.0.2",))}
    assert [question.key for question in world.asked] == ["test", "invalid", "bad.example"]
    dbl = next(row for row in KNOWN if row.zone == DBL)
    assert [question.key for question in probes(DBL, dbl)] == ["dbltest.com", "invalid"]
