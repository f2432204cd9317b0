"""Block lists that we know: how they are asked, and what their answers mean."""

import pytest

from fyke.lookup.lists_known import Meaning, key, key_of, key_of_domain, known, meaning

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


@pytest.mark.parametrize(
    ("zone", "name", "host", "found"),
    [
        (ZEN, "192.0.2.99", "", "99.2.0.192"),
        (ZEN, "bad.example", "", ""),
        (DBL, "bad.example", "www.bad.example", "www.bad.example"),
        (DBL, "bad.example", "", "bad.example"),
        (DBL, "192.0.2.99", "", ""),  # it takes offence at addresses
        ("multi.surbl.org", "bad.example", "www.bad.example", "bad.example"),
        ("multi.surbl.org", "192.0.2.99", "", "99.2.0.192"),
    ],
)
def test_each_list_is_asked_as_it_wants_to_be(zone, name, host, found):
    """Hosts or registered domains, addresses or not."""
    assert key(known(zone), name, host) == found
