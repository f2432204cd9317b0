"""Whether a mail is its author's, and the ways it came."""

import pytest

from fyke.model.auth import Auth, AuthResult, DkimResult, DmarcResult, Override, SpfResult
from fyke.model.known import Traits
from fyke.model.proof import network, proof, ways

HOUSE = "northwind.example"


def dkim(result=AuthResult.PASS, **rest):
    given = {"domain": f"mail.{HOUSE}", "selector": "s", "headers": ("from", "to"), "key_record": "p=x", **rest}
    return DkimResult(result, "", **given)


def spf(result=AuthResult.PASS, **rest):
    return SpfResult(result, "", **{"domain": HOUSE, **rest})


def dmarc(result, **rest):
    return DmarcResult(result, "", **rest)


@pytest.mark.parametrize(
    ("auth", "by"),
    [
        (Auth(dkim=(dkim(),)), "dkim"),
        (Auth(dkim=(dkim(AuthResult.FAIL),), spf=spf()), "spf"),
        (Auth(dkim=(dkim(unsigned_bytes=9),)), ""),
        (Auth(dkim=(dkim(unsigned=("from",)),)), ""),
        (Auth(dkim=(dkim(headers=("to",)),)), ""),
        (Auth(dkim=(dkim(domain=f"evil{HOUSE}"),)), ""),
        (Auth(dkim=(), spf=spf(identity="helo")), ""),
        (Auth(dkim=(), spf=spf(domain="other.example")), ""),
        (Auth(dkim=(dkim(),), dmarc=dmarc(AuthResult.FAIL)), ""),
        (Auth(dkim=(), dmarc=dmarc(AuthResult.FAIL, overrides=(Override("trusted_forwarder"),))), "arc"),
        (Auth(dkim=(), dmarc=dmarc(AuthResult.FAIL, overrides=(Override("mailing_list"),))), ""),
    ],
)
def test_who_vouches(auth, by):
    """A whole signature or a server of the author's own domain, unless that domain denies it."""
    assert proof(auth, HOUSE).by == by


def test_what_nobody_answered_is_open():
    """Unknown is never "not proved"."""
    assert proof(None, HOUSE).is_open
    assert proof(Auth(dkim=(dkim(AuthResult.TEMPERROR),)), HOUSE).is_open
    assert not proof(Auth(dkim=(), spf=spf(AuthResult.FAIL)), HOUSE).is_open


def test_ways():
    """Each once; a signature that proves nothing is no way."""
    auth = Auth(dkim=(dkim(), dkim(AuthResult.FAIL, domain="x.example")))
    found = ways(auth, "192.0.2.7", Traits(domain=HOUSE, host=HOUSE, name="n" * 900))
    kinds = dict(found)
    assert (kinds["proof"], kinds["signer"], kinds["network"]) == ("dkim", f"mail.{HOUSE}", "192.0.2.0/24")
    assert kinds["key"].startswith(f"mail.{HOUSE}/s/")
    assert (kinds["program"], len(kinds["name"])) == ("-", 120)


def test_networks():
    """As providers give them out; none of one's own."""
    assert network("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert network("::ffff:192.0.2.9") == "192.0.2.0/24"
    assert [network(ip) for ip in ("", "x", "10.0.0.1", "127.0.0.1", "fe80::1")] == [""] * 5
