"""OpenDKIM signs and we verify, we sign and it verifies, changed or not: both say the same."""

import random
import re

import pytest

from fyke.detect.auth import dkim
from fyke.model.auth import AuthResult
from fyke.seal.dkim import sign
from tests.detect.auth.driving import drive
from tests.detect.auth.signing import AT, MAIL, answers, key, pem, record
from tests.peers.opendkim import Opendkim

pytestmark = pytest.mark.peer

FORMS = [(header, body) for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
LONG = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + b"".join(b"line %d  \t of many \r\n" % n for n in range(300))
EMPTY = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
# Where something may be changed: not From (another domain it would look up), not where a field begins or ends.
PLACES = [
    match.start() + at
    for match in re.finditer(rb"(?<=To: |ct: |te: )[^\r\n]+|(?<=\r\n\r\n)[^\r\n]+|^[ ][^\r\n]+", MAIL, re.MULTILINE)
    for at in range(1, len(match[0]))
]
CHANGES = (b" ", b"\t", b"x", b"0", b"  ")


def keyed(folder, kind):
    """The file of a private key."""
    path = folder / f"{kind}.pem"
    path.write_bytes(pem(kind))
    path.chmod(0o600)
    return path


def signer(folder, kind, form, **more):
    return Opendkim(
        folder, Mode="s", Domain="example.com", Selector="s", KeyFile=keyed(folder, kind),
        SignatureAlgorithm=f"{kind}-sha256", Canonicalization="/".join(form), **more,
    )  # fmt: skip


def verifier(folder):
    """Its library reads RSA keys alone from a file of tests."""
    keys = folder / "keys"
    keys.write_text(f"s._domainkey.example.com {record()}\n")
    return Opendkim(folder, Mode="v", TestPublicKeys=keys, AlwaysAddARHeader="yes", AuthservID="mx.example.net")


def holds(raw, kind="rsa"):
    return [found.result for found in drive(dkim.verify(raw), answers(kind))] == [AuthResult.PASS]


# With Ed25519 its 2.11.0 signs another text than a simple header has: dkimpy does not take that either.
SIGNED = [("rsa", form) for form in FORMS] + [("ed25519", form) for form in FORMS if form[0] == "relaxed"]


@pytest.mark.parametrize(("kind", "form"), SIGNED, ids=str)
def test_what_it_signs_holds_here(tmp_path, kind, form):
    """In every form, with either kind of key, and no longer once a word is changed."""
    with signer(tmp_path, kind, form) as filter_:
        for raw in (MAIL, LONG, EMPTY):
            signed = b"DKIM-Signature:" + filter_.handle(raw)[b"DKIM-Signature"] + b"\r\n" + raw
            assert holds(signed, kind), signed
            assert not holds(signed.replace(b"Monday", b"Friday"), kind)


def test_fields_that_it_signs_twice_hold_here(tmp_path):
    """Nobody can add another Subject to one that was signed once more than it stood there."""
    with signer(tmp_path, "rsa", FORMS[-1], OversignHeaders="From,Subject") as filter_:
        signed = b"DKIM-Signature:" + filter_.handle(MAIL)[b"DKIM-Signature"] + b"\r\n" + MAIL
    assert holds(signed)
    assert not holds(signed.replace(b"\r\nTo:", b"\r\nSubject: another\r\nTo:", 1))


@pytest.mark.parametrize("form", FORMS, ids="/".join)
def test_it_says_of_our_signatures_what_we_say(tmp_path, form):
    """Whole, and with one thing changed in a value or in the body, 60 times."""
    is_relaxed = [each == "relaxed" for each in form]
    field = sign(MAIL, key(), "example.com", "s", AT, is_relaxed_header=is_relaxed[0], is_relaxed_body=is_relaxed[1])
    chance = random.Random(repr(form))
    with verifier(tmp_path) as filter_:
        for place in (-1, *chance.choices(PLACES, k=60)):
            changed = MAIL if place < 0 else MAIL[:place] + chance.choice(CHANGES) + MAIL[place + 1 :]
            said = filter_.handle(field + changed)[b"Authentication-Results"]
            assert (b"dkim=pass" in said) is holds(field + changed), (said, changed)
