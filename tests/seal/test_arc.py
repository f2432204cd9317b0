"""What we seal: chains that others started, and what cannot be sealed."""

import pytest

from fyke.detect.auth.arc import verify
from fyke.model import Dns
from fyke.model.auth import AuthResult
from fyke.seal.arc import seal
from tests.detect.auth.driving import drive
from tests.detect.auth.signing import AT, MAIL, answers, key, record


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_seal_holds(kind):
    """Over one hop and two, with what we found in it."""
    raw = seal(MAIL, key(kind), "example.com", "s", AT, results="mx; spf=pass;\r\n dkim=pass") + MAIL
    assert drive(verify(raw, AT), answers(kind)).hops[0].results == "mx; spf=pass; dkim=pass"
    raw = seal(raw, key(), "example.net", "t", AT, results="mx; none", chain="pass") + raw
    found = drive(verify(raw, AT), {**answers(kind), Dns("t._domainkey.example.net", "TXT"): (record(),)})
    assert (found.result, len(found.hops)) == (AuthResult.PASS, 2)


def test_what_is_not_sealed():
    """A chain whose worth nobody says, and one that is not whole."""
    raw = seal(MAIL, key(), "example.com", "s", AT, results="mx; none") + MAIL
    with pytest.raises(ValueError, match="passes or fails"):
        seal(raw, key(), "example.com", "s", AT, results="mx; none")
    with pytest.raises(ValueError, match="not whole"):
        seal(raw.partition(b"ARC-Mess")[2], key(), "example.com", "s", AT, results="mx; none", chain="pass")
    assert b"cv=fail" in seal(
        raw.partition(b"ARC-Mess")[2], key(), "example.com", "s", AT, results="mx; none", chain="fail"
    )
