"""Any message has results of DKIM and ARC, never an error, in bounded time; what passes says what is signed as it was.

Messages are signed and sealed first, then broken in pieces that mean something here. Run it as
`python -m fuzz.dkim --seconds 60`; a failure prints the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fuzz import run
from fyke.detect.auth import arc, dkim
from fyke.mail.canonical import Signable
from fyke.model import UNKNOWN, Records
from fyke.model.auth import AuthResult
from fyke.seal.arc import seal
from fyke.seal.dkim import sign
from fyke.seal.keys import SigningKey, make_key, read_key

SECONDS_FREE, SECONDS_PER_MB = 0.5, 1.0
AT = datetime(2026, 11, 23, tzinfo=UTC)
MAIL = (
    b"From: Ann <ann@example.com>\r\nTo: Bob\r\nSubject: Minutes \t of Monday\r\n\r\nHello\r\n\r\n the  minutes \t\r\n"
)
PIECES = (
    b"\r\n", b"\n", b"\r", b"\r\r\n", b" ", b"\t", b" \r\n ", b"\r\n\r\n", b":", b";", b"=", b"==", b"\v", b"\f", b"\0",
    b"\xff", b"\xc3\xbc", b"a", b"1", b"DKIM-Signature:", b"ARC-Seal:", b"ARC-Message-Signature:", b"i=2;", b"i=0;",
    b"ARC-Authentication-Results: i=", b"From: x", b"v=1;", b"a=rsa-sha256;", b"a=ed25519-sha256;", b"a=rsa-sha1;",
    b"c=simple/relaxed;", b"l=0;", b"l=99999999999999999999;", b"x=1;", b"t=99999999999999999999;", b"h=from:from;",
    b"b=", b"bh=", b"d=..;", b"d=example.com;", b"s=_;", b"q=x;", b"cv=fail;", b"cv=pass;", b"z=a|b;",
    b"i=@a.example.com;",
)  # fmt: skip
RECORD_PIECES = (
    "v=DKIM1;",
    "k=rsa;",
    "k=ed25519;",
    "p=",
    "p=;",
    "t=y;",
    "t=s;",
    "h=sha1;",
    "s=x;",
    '"',
    "\\;",
    "A",
    "é",
)


@cache
def key(kind: str) -> SigningKey:
    """A key, made once."""
    return read_key(make_key(kind))


@cache
def whole(kind: str, is_relaxed: bool, hops: int) -> bytes:
    """A message, signed and sealed."""
    signer = key(kind)
    raw = sign(MAIL, signer, "example.com", "s", AT, is_relaxed_header=is_relaxed, is_relaxed_body=is_relaxed) + MAIL
    for hop in range(hops):
        chain = "pass" if hop else "none"
        raw = seal(raw, signer, "example.com", "s", AT, results="mx.example.com; dkim=pass", chain=chain) + raw
    return raw


def grow(seed: int) -> tuple[bytes, object]:
    """A message, and what the DNS says of every key."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    kind = chance.choice(("rsa", "ed25519"))
    raw = whole(kind, chance.random() < 0.7, chance.randrange(4))
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(raw) + 1)
        piece = chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 1_000))
        raw = raw[:at] + piece + raw[at + chance.choice((0, 0, 1, 20)) :]
    record = key(kind).record
    if chance.random() < 0.2:
        at = chance.randrange(len(record))
        record = record[:at] + chance.choice(RECORD_PIECES) + record[at + chance.randrange(3) :]
    answer = UNKNOWN if chance.random() < 0.05 else Records((record,) * chance.choice((0, 1, 1, 1, 1, 9)))
    return raw, answer


def drive(asking: Generator[Any, Any, Any], answer: object) -> Any:
    """The result where every question has one answer."""
    try:
        next(asking)
        for _ in range(32):
            asking.send(answer)
    except StopIteration as end:
        return end.value
    raise AssertionError("more than 32 questions")


def check(raw: bytes, answer: object) -> None:
    """Raise AssertionError where the invariant does not hold."""
    begin = time.process_time()
    message = Signable(raw)
    results = drive(dkim.verify(message, AT), answer)
    chain = drive(arc.verify(message, AT), answer)
    elapsed = time.process_time() - begin
    for found in (*results, chain):
        assert found.reason.endswith("."), found
    for found in results:
        if found.result is AuthResult.PASS:
            assert found.key_record, found
            assert found.domain == "example.com", found
            assert "ann@example.com" in message.fields[message.names[b"from"][-1]].decode("latin-1"), found
    if chain.result is AuthResult.PASS:
        assert [hop.instance for hop in chain.hops] == list(range(1, len(chain.hops) + 1)), chain
    assert elapsed < SECONDS_FREE + SECONDS_PER_MB * len(raw) / 1e6, f"{elapsed:.2f} s for {len(raw)} bytes"


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(*grow(seed))


if __name__ == "__main__":
    run(attempt, __doc__)
