"""What it costs to authenticate a message: microseconds of CPU, beside dkimpy where it is installed.

Keys are made here and no DNS is asked: both sides are given the records. The figures are the best of several rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from fyke.detect.auth import arc, dkim
from fyke.detect.auth.authentication import Authentication
from fyke.detect.auth.client import Client
from fyke.detect.auth.sender_domain import SenderDomain
from fyke.detect.base import Detector
from fyke.detect.runner import Looked, run
from fyke.mail import parse
from fyke.model import Dns, Envelope, Mail, Message, Query, Records
from fyke.seal.arc import seal
from fyke.seal.dkim import sign
from fyke.seal.keys import make_key, read_key

AT = datetime(2026, 11, 23, tzinfo=UTC)
ROUNDS, TIMES = 7, 200

HEADER = b"".join(
    b"Received: from mx%d.example.com (mx%d.example.com [192.0.2.%d])\r\n\tby mx.example.net (Postfix) with ESMTPS id "
    b"4CxQ1\r\n\tfor <bob@example.org>; Mon, 23 Nov 2026 10:00:0%d +0000 (UTC)\r\n" % (hop, hop, hop, hop)
    for hop in range(1, 6)
) + (
    b"From: Ann <ann@example.com>\r\nTo: Bob <bob@example.org>\r\nSubject: Minutes of Monday\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
LINE = b"The minutes are in the usual place, and the agenda of Thursday is beside them. \r\n"


def message(size: int) -> bytes:
    """A message of about that size."""
    return HEADER + LINE * max(1, (size - len(HEADER)) // len(LINE))


def drive(asking: Generator[Any, Any, Any], record: str) -> Any:
    """The result where every key is the one."""
    answer = Records((record,))
    try:
        next(asking)
        while True:
            asking.send(answer)
    except StopIteration as end:
        return end.value


def verify(raw: bytes, record: str) -> object:
    """What fyke says of the signatures of a message."""
    return drive(dkim.verify(raw), record)


def cost_us(call: Callable[[], object]) -> float:
    """CPU of one call, in microseconds: the best round."""
    call()
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(TIMES):
            call()
        best = min(best, (time.process_time() - started) / TIMES * 1e6)
    return best


def peer_us(raw: bytes, record: str) -> float | None:
    """What dkimpy takes for the same message; None where it is not installed."""
    try:
        import dkim as peer  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415
    except ImportError:
        return None
    assert peer.verify(raw, dnsfunc=lambda *_args, **_more: record.encode())
    return cost_us(lambda: peer.verify(raw, dnsfunc=lambda *_args, **_more: record.encode()))


def show_dkim(size: int) -> None:
    """A line for each kind of key and each form."""
    plain = message(size)
    print(f"{len(plain):>9,} bytes, not signed                {cost_us(lambda: drive(dkim.verify(plain), '')):8.0f} us")
    for kind in ("rsa", "ed25519"):
        key = read_key(make_key(kind))
        for is_relaxed in (True, False):
            form = "relaxed/relaxed" if is_relaxed else "simple/simple"
            field = sign(plain, key, "example.com", "s", AT, is_relaxed_header=is_relaxed, is_relaxed_body=is_relaxed)
            raw = field + plain
            (found,) = drive(dkim.verify(raw), key.record)
            assert found.result == "pass", found
            own = cost_us(partial(verify, raw, key.record))
            their = peer_us(raw, key.record) if kind == "rsa" else None
            beside = f"   dkimpy {their:8.0f} us" if their else ""
            print(f"{len(raw):>9,} bytes, {kind:7} {form:15} {own:14.0f} us{beside}")


def show_arc(hops: int) -> None:
    """A chain, checked and sealed."""
    key, raw = read_key(make_key()), message(8_000)
    for hop in range(hops):
        raw = seal(raw, key, "example.com", "s", AT, results="mx; none", chain="pass" if hop else "none") + raw
    assert drive(arc.verify(raw), key.record).result == "pass"
    own = cost_us(lambda: drive(arc.verify(raw), key.record))
    print(f"{len(raw):>9,} bytes, ARC of {hops} hops {own:23.0f} us")


def world(keys: Mapping[str, str]) -> dict[Query[Any], Records]:
    """What the DNS says of an honest sender: two includes, a policy, a mail server, and keys by their selectors."""
    texts = {
        "example.com": "v=spf1 ip4:198.51.100.0/24 include:_spf.example.net include:out.example.net ~all",
        "_spf.example.net": "v=spf1 ip4:203.0.113.0/24 ip4:203.0.112.0/24 -all",
        "out.example.net": "v=spf1 a mx ip4:192.0.2.0/24 -all",
        "_dmarc.example.com": "v=DMARC1; p=reject; rua=mailto:dmarc@example.com",
        **{f"{selector}._domainkey.example.com": record for selector, record in keys.items()},
    }
    others = {
        ("out.example.net", "A"): "203.0.113.7", ("out.example.net", "MX"): "10 mx.example.net",
        ("mx.example.net", "A"): "203.0.113.8", ("example.com", "MX"): "10 mx.example.com",
        ("mx.example.com", "A"): "192.0.2.7", ("7.2.0.192.in-addr.arpa", "PTR"): "mx.example.com",
    }  # fmt: skip
    answers: dict[Query[Any], Records] = {Dns(name, "TXT"): Records((text,)) for name, text in texts.items()}
    return answers | {Dns(*key): Records((value,)) for key, value in others.items()}


def show_all() -> None:
    """All that is asked of who sent a mail, with every answer at hand: SPF, DKIM, DMARC, the client, the domain."""
    keys = {kind: read_key(make_key(kind)) for kind in ("rsa", "ed25519")}
    answers, none = world({kind: key.record for kind, key in keys.items()}), Records(exists=False)
    envelope = Envelope(client_ip="192.0.2.7", helo="mx.example.com", mail_from="ann@example.com")
    plain = message(8_000)
    fields = {kind: sign(plain, key, "example.com", kind, AT) for kind, key in keys.items()}
    for kinds in ((), ("rsa",), ("ed25519",), ("rsa", "ed25519")):
        raw = b"".join(fields[kind] for kind in kinds) + plain
        parsed = parse(raw)
        for what, detectors in (
            ("authentication", (Authentication(),)),
            ("and client, domain", (Authentication(), Client(), SenderDomain())),
        ):

            def look(raw: bytes = raw, parsed: Message = parsed, all_: tuple[Detector, ...] = detectors) -> Looked:
                mail = Mail(envelope, parsed, raw=raw)  # a new one, for what was found of one mail is remembered
                return run(all_, mail, lambda asked: {query: answers.get(query, none) for query in asked})

            found = {finding.symbol.name for finding in look().findings}
            assert {"SPF_PASS", "DMARC_PASS"} <= found, found
            signed = "+".join(kinds) or "not signed"
            print(f"{len(raw):>9,} bytes, {signed:12} {what:19} {cost_us(look):9.0f} us")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[8_000, 100_000])
    for size in parser.parse_args().sizes:
        show_dkim(size)
    show_arc(3)
    show_all()


if __name__ == "__main__":
    main()
