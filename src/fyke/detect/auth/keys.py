"""Key records of DKIM and ARC: from the text in the DNS to a key that can verify (RFC 6376 3.6.1, 8301, 8463).

Lenient where the verifiers of the world are: the version may be missing, quotation marks may have been typed into the
record, the RSA key may lack its outer structure. A key is read once for its text, and remembered.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable, Generator
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct

from fyke.mail.tags import BadTagsError, read_tags, without_space
from fyke.model import Dns, Query, Records, Unknown
from fyke.model.auth import AuthResult

R = TypeVar("R")
Asking = Generator[Query[Any] | tuple[Query[Any], ...], Any, R]  # a tuple is asked at once, and answered with one

RECORD_CHARS = 8_192  # of a key record: with an RSA key of 8,192 bits it has 1,500
RECORDS = 4  # tried of one name: there should be one, while a key is changed there may be two
KNOWN = 2_000  # keys remembered, of 3 kB each: senders are many, and a few hundred of them send most mail
LEAST_BITS = 1_024  # RFC 8301 3.2: verifiers must not accept shorter RSA keys
MOST_BITS = 8_192  # twice what RFC 8301 3.2 wants verified; the work grows with the square
MOST_EXPONENT = 1 << 32  # the world uses 65,537; the work grows with its bits

Holds = Callable[[bytes, bytes], bool]


class RefusedError(Exception):
    """A signature that cannot be verified: how that is called, and why, as a sentence."""

    def __init__(self, result: AuthResult, reason: str) -> None:
        super().__init__(reason)
        self.result, self.reason = result, reason


class Key(Struct, frozen=True):
    """A key record as it was used."""

    text: str
    kind: str  # "rsa" or "ed25519"
    bits: int
    holds: Holds  # whether a signature over a sha256 digest is right
    hashes: tuple[str, ...] = ()  # h=, the hashes it may be used with; empty: all
    is_for_mail: bool = True  # s=
    is_testing: bool = False  # t=y
    is_exact: bool = False  # t=s: i= must be the very domain


def ask_keys(domain: str, selector: str) -> Asking[tuple[Key, ...]]:
    """Ask for the keys of a selector; mostly there is one. Raises RefusedError where none is at hand."""
    answer: Records | Unknown = yield Dns(f"{selector}._domainkey.{domain}", "TXT")
    if isinstance(answer, Unknown):
        raise RefusedError(AuthResult.TEMPERROR, f"The DNS did not answer for the key of {domain}.")
    if not answer.values:
        raise RefusedError(AuthResult.PERMERROR, f"{domain} publishes no key under the name {selector}.")
    keys: list[Key] = []
    failed: RefusedError | None = None
    for text in answer.values[:RECORDS]:
        try:
            keys.append(read_key(text))
        except RefusedError as error:
            failed = failed or error
    if not keys and failed is not None:
        raise failed
    return tuple(keys)


@lru_cache(maxsize=KNOWN)
def read_key(text: str) -> Key:
    """The key of a record. Raises RefusedError where it says none."""
    if len(text) > RECORD_CHARS:
        raise _bad(f"it has {len(text)} characters")
    plain = text.replace('"', "").replace("\\;", ";")
    try:
        tags = read_tags(plain, is_lenient=True)
    except BadTagsError as error:
        raise _bad(str(error)) from None
    if tags.get("v", "DKIM1") != "DKIM1":
        raise _bad(f"its version is {tags['v'][:20]!r}")
    if "p" not in tags:
        raise _bad("it has no p=")
    if not tags["p"]:
        raise RefusedError(AuthResult.PERMERROR, "The key was revoked by its domain.")
    kind = tags.get("k", "rsa").lower()
    if kind not in _KINDS:
        raise _bad(f"keys of kind {kind[:20]!r} are unknown")
    bits, holds = _KINDS[kind](_der(tags["p"]))
    flags = _words(tags.get("t", ""))
    services = _words(tags.get("s", "*"))
    return Key(
        text, kind, bits, holds,
        hashes=_words(tags.get("h", "")),
        is_for_mail="*" in services or "email" in services,
        is_testing="y" in flags,
        is_exact="s" in flags,
    )  # fmt: skip


def read_base64(text: str) -> bytes | None:
    """The bytes of a base64 text with folds in it, with or without its padding; None for what is none."""
    text = without_space(text).rstrip("=")
    try:
        return binascii.a2b_base64(text + "=" * (-len(text) % 4), strict_mode=True)
    except ValueError:  # binascii.Error is one too
        return None


def _bad(why: str) -> RefusedError:
    return RefusedError(AuthResult.PERMERROR, f"The key record cannot be used: {why}.")


def _words(value: str) -> tuple[str, ...]:
    """The items of a list with colons."""
    return tuple(without_space(value).lower().split(":")) if value else ()


def _der(value: str) -> bytes:
    data = read_base64(value)
    if not data:
        raise _bad("p= is not base64")
    return data


def _rsa(data: bytes) -> tuple[int, Holds]:
    """An RSA key, with its outer structure (RFC 5280) or without it (RFC 8017 A.1.1)."""
    # Here, since 50 ms of loading are for those alone who meet signed mail.
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415

    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        raise _bad("p= is no RSA key") from None
    if not isinstance(key, RSAPublicKey):
        raise _bad("p= is no RSA key")
    if key.key_size > MOST_BITS or key.public_numbers().e > MOST_EXPONENT:
        raise RefusedError(AuthResult.POLICY, f"An RSA key of {key.key_size} bits with such an exponent is not used.")
    padding, digest_of = PKCS1v15(), Prehashed(SHA256())
    verify = key.verify

    def holds(signature: bytes, digest: bytes) -> bool:
        try:
            verify(signature, digest, padding, digest_of)
        except (InvalidSignature, ValueError):
            return False
        return True

    return key.key_size, holds


def _ed25519(data: bytes) -> tuple[int, Holds]:
    """An Ed25519 key: its 32 bytes (RFC 8463 4), or as others wrap them (RFC 8410 4)."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    if len(data) == 44 and data.startswith(bytes.fromhex("302a300506032b6570032100")):
        data = data[12:]
    if len(data) != 32:
        raise _bad("p= is no Ed25519 key")
    key = Ed25519PublicKey.from_public_bytes(data)

    def holds(signature: bytes, digest: bytes) -> bool:
        try:
            key.verify(signature, digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    return 256, holds


_KINDS: dict[str, Callable[[bytes], tuple[int, Holds]]] = {"rsa": _rsa, "ed25519": _ed25519}
