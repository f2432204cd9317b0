"""Key records are read as leniently as the world's verifiers read them, and no further."""

import contextlib
import time
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from fyke.detect.auth.keys import RefusedError, read_base64, read_key
from fyke.model.auth import AuthResult

from .signing import record

P = record().partition("p=")[2]
DER = read_base64(P)


@pytest.mark.parametrize(
    "text",
    [
        f"v=DKIM1; k=rsa; p={P}",
        f"p={P}",
        f"k=rsa;p={P};",
        f'"v=DKIM1; k=rsa; " "p={P[:200]}" "{P[200:]}"',
        f"v=DKIM1\\; k=rsa\\; p={P}",
        f"v=DKIM1; k=RSA; what is this; p={P[:60]} {P[60:]}",
        f"v=DKIM1; x=1; p={P.rstrip('=')}",
    ],
)
def test_records_as_people_write_them(text):
    """Missing versions, typed quotation marks, unknown tags and space within the key do no harm."""
    assert (read_key(text).kind, read_key(text).bits) == ("rsa", 2048)


def test_keys_without_and_with_their_outer_structure():
    """RSA as RFC 8017 alone writes it, Ed25519 as RFC 8410 wraps it."""
    pkcs1 = load_der_public_key(DER).public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert read_key(f"p={b64encode(pkcs1).decode()}").bits == 2048
    raw = read_base64(record("ed25519").partition("p=")[2])
    wrapped = bytes.fromhex("302a300506032b6570032100") + raw
    assert read_key(f"k=ed25519; p={b64encode(wrapped).decode()}").kind == "ed25519"


def other():
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no p="),
        ("v=DKIM2; p=x", "version"),
        ("v=DKIM1; p=", "revoked"),
        ("p=%%%", "not base64"),
        ("p=AAAA", "no RSA key"),
        (f"p={other()}", "no RSA key"),
        ("k=ed25519; p=AAAA", "no Ed25519 key"),
        ("k=dsa; p=AAAA", "unknown"),
        ("p=A; p=B", "twice"),
        ("p=" + "A" * 10_000, "characters"),
    ],
)
def test_records_that_are_refused(text, reason):
    """Each with its reason."""
    with pytest.raises(RefusedError, match=reason):
        read_key(text)


def test_keys_that_would_cost_too_much_are_not_used():
    """An owner of a domain may not make a verifier work: neither by a huge modulus nor by a huge exponent."""
    numbers = load_der_public_key(DER).public_numbers()
    started = time.process_time()
    for e, n in (((1 << 2000) + 1, numbers.n), (65_537, (1 << 16_000) + 1)):
        try:
            der = rsa.RSAPublicNumbers(e, n).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except ValueError:
            continue  # the library refuses it even earlier
        with pytest.raises(RefusedError) as caught:
            read_key(f"p={b64encode(der).decode()}")
        assert caught.value.result in {AuthResult.POLICY, AuthResult.PERMERROR}
    assert time.process_time() - started < 1


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=80), st.text(alphabet='vkp=;DIM1rsa AQ/+\\"', max_size=120)))
def test_any_text_is_a_key_or_refused(text):
    """Records are written by strangers."""
    with contextlib.suppress(RefusedError):
        assert read_key(text).bits


@given(st.integers(0, len(DER) - 1), st.integers(0, 7))
def test_broken_keys_verify_nothing(place, bit):
    """A key with a wrong bit is refused or holds nothing."""
    broken = bytearray(DER)
    broken[place] ^= 1 << bit
    try:
        key = read_key(f"p={b64encode(bytes(broken)).decode()}")
    except RefusedError:
        return
    assert not key.holds(b"\1" * 256, b"\2" * 32)
