"""What a DKIM-Signature field, or an ARC field made like it, says: read, and refused where RFC 6376 6.1.1 wants it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Struct

from fyke.detect.auth.keys import RefusedError, read_base64
from fyke.mail.domains import to_ascii
from fyke.mail.tags import BadTagsError, read_tags, without_space
from fyke.model.auth import AuthResult

FIELD_BYTES = 16_384  # of one signature: those of 5,000 real messages stay below 4,000
VALUE_CHARS = 1_500  # of b=: what an RSA key of 8,192 bits makes has 1,368
VALUE_SHOWN = 16  # of b=: RFC 6008 3 wants at least eight, so that two signatures of one domain can be told apart
HEADERS = 500  # named in h=: the most in 5,000 real messages is below 100
NAME_CHARS = 253  # RFC 1035 2.3.4: of a name in the DNS

_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_FORMS = {"relaxed": True, "simple": False}
_NAME = re.compile(r"(?!.*\.\.)[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,76}", re.ASCII)  # RFC 6376 3.5, l=: at most 76 digits

Tags = dict[str, str]


class Signature(Struct, frozen=True):
    """A signature as it is written, with all in it that can be checked without a key."""

    key_kind: str
    is_relaxed_header: bool
    is_relaxed_body: bool
    domain: str
    selector: str
    identity: str
    headers: tuple[str, ...]
    body_hash: bytes
    value: bytes
    length: int | None = None
    signed_at: int | None = None  # seconds since 1970
    expires_at: int | None = None


def read_field(field: bytes) -> Tags:
    """The tags of a signature field. Raises RefusedError."""
    if len(field) > FIELD_BYTES:
        raise _malformed(f"it has {len(field)} bytes")
    text = field[field.find(b":") + 1 :]
    try:
        return read_tags(text.decode("utf-8" if not text.isascii() else "latin-1", "replace"))
    except BadTagsError as error:
        raise _malformed(str(error)) from None


def read_signature(tags: Tags) -> Signature:
    """The signature that tags say, by the rules that DKIM and ARC share. Raises RefusedError."""
    _need(tags, ("a", "b", "bh", "d", "h", "s"))
    kind = read_algorithm(tags)
    header_form, _, body_form = without_space(tags.get("c", "simple")).lower().partition("/")
    body_form = body_form or "simple"
    if header_form not in _FORMS or body_form not in _FORMS:
        raise _malformed(f"c= names the form {tags['c'][:40]!r}, which does not exist")
    if "dns/txt" not in without_space(tags.get("q", "dns/txt")).lower().split(":"):
        raise _malformed(f"its key is asked for in the way {tags['q'][:40]!r}, which does not exist")
    body_hash = read_base64(tags["bh"])
    if body_hash is None or len(body_hash) != 32:
        raise _malformed("bh= is no hash")
    domain = read_name(tags, "d")
    signed_at, expires_at = _number(tags, "t"), _number(tags, "x")
    if signed_at is not None and expires_at is not None and expires_at < signed_at:
        raise _malformed("x= is before t=")
    return Signature(
        kind,
        _FORMS[header_form],
        _FORMS[body_form],
        domain,
        read_name(tags, "s"),
        f"@{domain}",
        read_names(tags["h"]),
        body_hash,
        read_value(tags),
        _number(tags, "l"),
        signed_at,
        expires_at,
    )


def read_identity(tags: Tags, domain: str) -> str:
    """The i= of DKIM: an address at the domain, or below it (RFC 6376 6.1.1). Raises RefusedError."""
    given = tags.get("i")
    if given is None:
        return f"@{domain}"
    local, at, host = given.rpartition("@")
    host = _plain(host)
    if not at or not (host == domain or host.endswith(f".{domain}")):
        raise _malformed(f"i= names {host[:60]!r}, which is not in {domain}")
    return f"{without_space(local)}@{host}"


def read_algorithm(tags: Tags) -> str:
    """The kind of key that a= needs. Raises RefusedError."""
    algorithm = tags["a"].lower()
    if algorithm == "rsa-sha1":
        raise RefusedError(AuthResult.POLICY, "It was made with rsa-sha1, which proves nothing any more (RFC 8301).")
    if algorithm not in _ALGORITHMS:
        raise RefusedError(AuthResult.NEUTRAL, f"It was made with {algorithm[:40]!r}, which is unknown here.")
    return _ALGORITHMS[algorithm]


def read_value(tags: Tags) -> bytes:
    """The signature itself. Raises RefusedError."""
    if len(tags["b"]) > 2 * VALUE_CHARS:  # twice: what is folded a character a line is space for a half
        raise _malformed(f"b= has {len(tags['b'])} characters")
    value = read_base64(tags["b"])
    if not value:
        raise _malformed("b= is no base64")
    return value


def read_name(tags: Tags, tag: str) -> str:
    """A name of the DNS, lower case and in A-labels. Raises RefusedError."""
    name = _plain(tags[tag])
    if _NAME.fullmatch(name) is None or max(map(len, name.split("."))) > 63:
        raise _malformed(f"{tag}= is no name: {name[:60]!r}")
    return name


@lru_cache(maxsize=500)
def read_names(value: str) -> tuple[str, ...]:
    """The fields of h=, lower case. A sender signs the same ones in mail after mail. Raises RefusedError."""
    names = without_space(value).lower().split(":")
    if len(names) > HEADERS:
        raise _malformed(f"h= names {len(names)} fields")
    if "" in names or not value.isascii():
        raise _malformed("h= has an empty or odd name")
    return tuple(names)


def is_missing(tags: Tags, needed: tuple[str, ...]) -> str:
    """The first of the tags that is not there or says nothing; empty where all are there."""
    return next((tag for tag in needed if not tags.get(tag)), "")


def moment(seconds: int | None) -> datetime | None:
    """A time as it is kept; None for one that no calendar has."""
    if seconds is None or seconds > 253_402_300_799:  # the end of the year 9999
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _need(tags: Tags, needed: tuple[str, ...]) -> None:
    missing = is_missing(tags, needed)
    if missing:
        raise _malformed(f"{missing}= is missing")


def _number(tags: Tags, tag: str) -> int | None:
    value = tags.get(tag)
    if value is None:
        return None
    if _NUMBER.fullmatch(value) is None:
        raise _malformed(f"{tag}= is no number")
    return int(value)


def _plain(name: str) -> str:
    """A name of the DNS as it is asked for."""
    name = without_space(name[: 2 * NAME_CHARS]).rstrip(".").lower()
    return name if name.isascii() else to_ascii(name)


def _malformed(why: str) -> RefusedError:
    return RefusedError(AuthResult.PERMERROR, f"The signature is malformed: {why}.")
