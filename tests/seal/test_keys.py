"""Keys to sign with: what is taken, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from fyke.detect.auth import keys as verifying
from fyke.seal.keys import make_key, read_key


def pem(key, lock=None):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock or NoEncryption())


@pytest.mark.parametrize(("kind", "bits"), [("rsa", 2048), ("ed25519", 256)])
def test_new_keys_and_their_records(kind, bits):
    """What is published is read by the verifier."""
    published = verifying.read_key(read_key(make_key(kind)).record)
    assert (published.kind, published.bits) == (kind, bits)


def test_what_is_no_key_to_sign_with():
    """Short, locked, of another kind, or nothing at all."""
    short = rsa.generate_private_key(65_537, 1_024)
    assert read_key(pem(short)).algorithm == "rsa-sha256"
    for data, reason in (
        (pem(short, BestAvailableEncryption(b"x")), "passphrase"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "neither"),
        (b"nothing", "."),
    ):
        with pytest.raises(ValueError, match=reason):
            read_key(data)
    with pytest.raises(ValueError, match="not dsa"):
        make_key("dsa")
