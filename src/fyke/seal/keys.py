"""Private keys that sign mail: read from PEM, and made new with the record that publishes them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

RSA_BITS = 2_048  # of a new key: RFC 8301 3.2 wants at least that of signers
LEAST_BITS = 1_024  # of a given key: verifiers refuse shorter ones


class SigningKey(Struct, frozen=True):
    """A private key, as what it does: sign a sha256 digest (RFC 8463 3 has Ed25519 sign the digest too)."""

    algorithm: str  # "rsa-sha256" or "ed25519-sha256"
    sign: Callable[[bytes], bytes]
    record: str  # the TXT record of its public half


def read_key(pem: bytes) -> SigningKey:
    """The key of a PEM file without a passphrase. Raises ValueError for any other thing, and for a key too short."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  50 ms of loading
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(pem, None)
    except TypeError as error:
        raise ValueError("the key is locked by a passphrase") from error
    if isinstance(key, RSAPrivateKey):
        return _rsa(key)
    if isinstance(key, Ed25519PrivateKey):
        public = b64encode(key.public_key().public_bytes_raw()).decode("ascii")
        return SigningKey("ed25519-sha256", key.sign, f"v=DKIM1; k=ed25519; p={public}")
    raise ValueError("the key is neither RSA nor Ed25519")


def _rsa(key: RSAPrivateKey) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    if key.key_size < LEAST_BITS:
        raise ValueError(f"the RSA key has {key.key_size} bits; verifiers want {LEAST_BITS}")
    padding, digest_of = PKCS1v15(), Prehashed(SHA256())
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={b64encode(der).decode('ascii')}"
    return SigningKey("rsa-sha256", lambda digest: key.sign(digest, padding, digest_of), record)


def make_key(kind: str = "rsa") -> bytes:
    """A new private key as PEM: "rsa" or "ed25519"."""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: PLC0415

    if kind not in {"rsa", "ed25519"}:
        raise ValueError(f"keys are rsa or ed25519, not {kind}")
    key = rsa.generate_private_key(65_537, RSA_BITS) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
