"""Signatures to be checked: with any tags, right or odd, under keys made for the tests."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime
from functools import cache

from fyke.mail.canonical import Signable, relaxed_field
from fyke.model import Dns
from fyke.seal.keys import make_key, read_key

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NAME = Dns("s._domainkey.example.com", "TXT")
MAIL = (
    b"From: Ann <ann@example.com>\r\nTo: Bob\r\n <bob@example.org>\r\nSubject: Minutes \t of Monday\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\nHello Bob,\r\n\r\n the  minutes \t\r\nare done.\r\n\r\n\r\n"
)


@cache
def pem(kind="rsa"):
    """A private key, made once."""
    return make_key(kind)


@cache
def key(kind="rsa"):
    return read_key(pem(kind))


def record(kind="rsa", tags=""):
    """The record of the key, with other tags before its p=."""
    head, _, p = key(kind).record.partition("p=")
    return f"{head}{tags}p={p}"


def answers(kind="rsa", tags=""):
    return {NAME: (record(kind, tags),)}


def signature(raw=MAIL, kind="rsa", drop=(), **tags):
    """A DKIM-Signature field whose tags are the given ones beside the usual, with a b= that is right."""
    given = {"v": "1", "a": key(kind).algorithm, "c": "relaxed/relaxed", "d": "example.com", "s": "s",
             "h": "from:to:subject:date", **tags}  # fmt: skip
    message = Signable(raw, is_signing=True)
    header, _, body = given["c"].partition("/")
    length = int(given["l"]) if given.get("l", "").isdigit() else None
    digest = message.body_hash(is_relaxed=body == "relaxed", length=length)
    given.setdefault("bh", b64encode(digest).decode())
    text = "; ".join(f"{name}={value}" for name, value in given.items() if name not in drop and name != "b")
    field = f"DKIM-Signature: {text}; b=".encode()
    is_relaxed = header == "relaxed"
    names = [name.strip().lower().encode() for name in given["h"].split(":")]
    lines = [*message.signed(names, is_relaxed=is_relaxed), relaxed_field(field) if is_relaxed else field]
    value = b64encode(key(kind).sign(hashlib.sha256(b"\r\n".join(lines)).digest()))
    return (field if "b" in drop else field + tags.get("b", value.decode()).encode()) + b"\r\n"
