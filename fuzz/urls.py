"""Any text and any link is read without error, in bounded time; each host is well-formed and ends in its domain.

Inputs are grown from pieces that mean something here. Run it as `python -m fuzz.urls --seconds 60`; a failure prints
the seed that made it, and `--seed` makes it again.
"""

from __future__ import annotations

import random
import time

from fuzz import run
from fyke.mail import domains, links, observables, redirectors, urls
from fyke.mail.html import Anchor
from fyke.model import Html, Text

SECONDS = 0.5  # for an input of at most `CHARS`
CHARS = 20_000

PIECES = (
    "http://", "https://", "hxxp://", "javascript:", "data:text/html,", "mailto:", "//", "\\\\", "www.", "example.com",
    "xn--e1afmkfd",
    "\u0430", "\u3002", "\uff0e", "\u00ad", "\u200b", "\u202e", "\ud800", "\x00", "\t", "\r\n", " ", "@", ":",
    "%2f", "%00", "%25", "%3a", "&#104;", "[", "]", "[.]", "(dot)", " dot com", "::1", "0x7f", "192.0.2.1", "?", "#",
    "&", "=", "url=", "u=", "google.com/url?q=", "urldefense.com/v3/__", "__;w6nD!!",
    "safelinks.protection.outlook.com/?url=",
    "aHR0cDovL2V4YW1wbGUuY29t", "/amp/s/", "*", "-", ".", "..", "../", "a", "9", "+1 ", "555-234-5678", "P.O. Box 1",
    "1 Main Street, Springfield, IL 62701", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "solana",
    "\U0001f600", "<", ">", "'", '"',
)  # fmt: skip


def check(data: str) -> None:
    """Raise AssertionError where the invariant does not hold for the input."""
    begin = time.process_time()
    url = urls.read(data)
    _check_host(url.host, url.domain)
    goal = redirectors.unwrap(url)
    if goal is not None:
        assert len(goal.by) <= redirectors.HOPS
        _check_host(goal.url.host, goal.url.domain)
    urls.refang(data)
    domains.skeleton(data)
    domains.registered(data)
    text, html = Text(visible=data, current=data, hidden=data, plain=data), Html(base=data[:50])
    reading = links.read(text, [Anchor(data, source, data) for source in ("href", "srcset", "style")], html, data)
    for link in reading.links:
        assert set(link.oddities) <= links.ODDITIES.keys(), link.oddities
        assert len(link.url) <= urls.URL_CHARS
        _check_host(link.host, link.domain)
        _check_host(link.target_host, link.target_domain)
    observables.read(reading, text, html, message_id=data, unsubscribe=data)
    assert time.process_time() - begin < SECONDS, "slow"


def _check_host(host: str, domain: str) -> None:
    """A host is lower case and printable, and its domain is its end."""
    assert host == host.lower(), host
    assert host.isascii(), host
    assert not set(host) & set(" \t\r\n/\\?#@[]<>"), host
    assert host.endswith(domain), (host, domain)
    assert bool(host) == bool(domain), (host, domain)


def grow(seed: int) -> str:
    """An input out of pieces that mean something, some of them repeated."""
    chance = random.Random(seed)  # noqa: S311 - the same input for the same seed is what is wanted
    pieces = chance.choices(PIECES, k=chance.randint(1, 30))
    if chance.random() < 0.1:
        pieces *= chance.randint(2, 300)
    data = "".join(pieces)
    if chance.random() < 0.3:
        at = chance.randrange(len(data))
        data = data[:at] + chr(chance.randrange(0x300)) + data[at + 1 :]
    return data[:CHARS]


def attempt(seed: int) -> None:
    """Make the input of a seed, and check it."""
    check(grow(seed))


if __name__ == "__main__":
    run(attempt, __doc__)
