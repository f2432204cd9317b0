"""Chains of ARC: what holds, what breaks them, and who sealed what."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.detect.auth.arc import verify
from fyke.model import UNKNOWN, Dns
from fyke.model.auth import AuthResult
from fyke.seal.arc import seal

from .driving import drive
from .signing import AT, MAIL, NAME, answers, key

ANSWERS = {Dns(f"s._domainkey.mx{number}.example", "TXT"): (key().record,) for number in range(1, 60)}


def sealed(raw, number, chain=None):
    """The message as the server of a hop sends it on."""
    chain = chain or ("none" if number == 1 else "pass")
    results = f"mx{number}.example; dkim=pass header.d=example.com"
    return seal(raw, key(), f"mx{number}.example", "s", AT, results=results, chain=chain) + raw


def chain(hops, raw=MAIL):
    for number in range(1, hops + 1):
        raw = sealed(raw, number)
    return raw


CHAIN = chain(3)


def check(raw, answers=ANSWERS):
    return drive(verify(raw, AT), answers)


def test_mail_without_seals_has_no_chain():
    """None is neither good nor bad, and nothing is asked."""
    assert check(MAIL).result is AuthResult.NONE


def test_a_chain_tells_who_sealed_what():
    """Every hop has its sealer, what it wrote of the mail, and the key that proves it."""
    found = check(CHAIN)
    assert (found.result, found.oldest_pass) == (AuthResult.PASS, 0)
    assert [hop.domain for hop in found.hops] == ["mx1.example", "mx2.example", "mx3.example"]
    assert [hop.cv for hop in found.hops] == ["none", "pass", "pass"]
    assert found.hops[0].results == "mx1.example; dkim=pass header.d=example.com"
    assert (found.hops[0].key_record, found.hops[0].sealed_at) == (key().record, AT)


def test_a_list_that_changes_the_message_seals_it_anew():
    """Earlier signatures over the message break, the seals do not: since which hop nothing changed is told."""
    found = check(chain(2).replace(b"are done", b"are done (list)"))
    assert found.result is AuthResult.FAIL
    raw = sealed(sealed(chain(2).replace(b"are done", b"are done (list)"), 3), 4)
    found = check(raw)
    assert (found.result, found.oldest_pass) == (AuthResult.PASS, 3)
    assert found.hops[1].message.result is AuthResult.FAIL


def test_fifty_hops_hold_if_few_servers_sealed_them_and_one_more_does_not():
    """RFC 8617 4.2.1; a chain with more sealers than anybody has is not followed."""
    raw = MAIL
    for number in range(1, 51):
        results, cv = "mx1.example; none", "none" if number == 1 else "pass"
        raw = seal(raw, key(), "mx1.example", "s", AT, results=results, chain=cv) + raw
    assert check(raw).result is AuthResult.PASS
    assert seal(raw, key(), "mx1.example", "s", AT, results="x; none", chain="pass") == b""
    assert check(raw.replace(b"i=50;", b"i=51;")).result is AuthResult.FAIL
    assert check(chain(20)).result is AuthResult.PERMERROR


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"mx1.example; dkim=pass", b"mx1.example; dkim=none", "seal of mx3.example"),
        (b"mx3.example; dkim=pass", b"mx3.example; dkim=none", "seal of mx3.example"),
        (b"are done", b"are lost", "last server"),
        (b"ARC-Seal: i=2;", b"X-Seal: i=2;", "not whole"),
        (b"ARC-Seal: i=2;", b"ARC-Seal: i=1;", "two fields"),
        (b"ARC-Seal: i=2;", b"ARC-Seal: i=4;", "numbered"),
        (b"ARC-Seal: i=2;", b"ARC-Seal: i=0;", "no number"),
        (b"ARC-Seal: i=2;", b"ARC-Seal: i=2; h=from;", "h= or a bh="),
        (b"ARC-Seal: i=2;", b"ARC-Seal: i=2; i=2;", "twice"),
        (b"cv=none", b"cv=pass", "cv=pass at place 1"),
        (b"cv=pass", b"cv=none", "cv=none at place 3"),
        (b"cv=pass", b"cv=fail", "found the chain before itself broken"),
        (b"cv=pass", b"cv=well", "cv='well'"),
        (b"ARC-Authentication-Results: i=2", b"ARC-Authentication-Results: x=2", "no number"),
        (b"c=relaxed/relaxed; d=mx3", b"c=tense; d=mx3", "last server"),
    ],
)
def test_what_breaks_a_chain(old, new, reason):
    """A changed result, message, order or status: each with its reason."""
    raw = CHAIN.replace(b"\r\n\td=", b" d=") if old.startswith(b"c=") else CHAIN
    assert old in raw
    found = check(raw.replace(old, new, 1))
    assert (found.result, reason in found.reason) == (AuthResult.FAIL, True), found.reason


def test_a_seal_over_seals_is_no_signature_of_the_message():
    """RFC 8617 4.1.2: the signature over the message may not name ARC-Seal."""
    assert "signs a seal" in check(CHAIN.replace(b"h=from:", b"h=arc-seal:from:", 1)).reason


def test_keys_that_nobody_answered_for():
    """Temporary, where nothing else is wrong."""
    for number in (1, 3):
        name = Dns(f"s._domainkey.mx{number}.example", "TXT")
        assert check(CHAIN, {**ANSWERS, name: UNKNOWN}).result is AuthResult.TEMPERROR
        assert check(CHAIN, {**ANSWERS, name: ()}).result is AuthResult.FAIL
    other = {**ANSWERS, Dns("s._domainkey.mx2.example", "TXT"): answers("ed25519")[NAME]}
    assert "mx2.example does not hold" in check(CHAIN, other).reason


def test_a_broken_chain_gets_one_last_seal():
    """cv=fail seals its own set alone, and is the end: nobody adds another."""
    raw = sealed(CHAIN.replace(b"are done", b"are lost"), 4, "fail")
    assert check(raw).result is AuthResult.FAIL
    assert sealed(raw, 5) == raw


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(CHAIN)))
def test_any_bytes_in_a_chain_are_judged(noise, place):
    """Never an error, and a chain that passes still has all its hops."""
    found = check(CHAIN[:place] + noise + CHAIN[place:])
    assert found.reason.endswith(".")
    assert found.result is not AuthResult.PASS or len(found.hops) == 3


VALUE, HASH = b"A" * 344, b"A" * 43 + b"="
LARGE = (
    b"ARC-Seal: i=%d; a=rsa-sha256; cv=pass; d=mx1.example; s=s; b=" + VALUE + b"\r\n"
    b"ARC-Message-Signature: i=%d; a=rsa-sha256; d=mx1.example; s=s; h=from; bh=" + HASH + b"; b=" + VALUE + b"\r\n"
    b"ARC-Authentication-Results: i=%d; x" + b" x" * 8_000 + b"\r\n"
)


@pytest.mark.parametrize(
    "raw",
    [
        b"ARC-Seal: i=1; b=\r\n" * 40_000 + MAIL,
        b"ARC-Authentication-Results: i=1;" + b" a=b;" * 150_000 + b"\r\n" + MAIL,
        CHAIN + b" " * 4_000_000,
        b"".join(LARGE % (number, number, number) for number in range(1, 51)) + MAIL,
    ],
    ids=range(4),
)
def test_hostile_chains_take_little_time(raw):
    """Thousands of seals, huge results, and fifty hops of large sets."""
    started = time.process_time()
    check(raw)
    assert time.process_time() - started < 1.5
