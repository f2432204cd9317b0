"""The sender's address letter by letter: names that a machine drew, and domains that no mail can come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fyke.detect.base import Detector, Look, Reads
from fyke.detect.facts.authors import author
from fyke.detect.facts.names import is_random
from fyke.mail.domains import is_ip, is_known_tld, registered
from fyke.model import Finding, Mail, Symbol

LOCAL_RANDOM = Symbol("LOCAL_RANDOM", "The sender's mailbox has a name of random letters", "sender", 0.9)
LOCAL_DIGITS = Symbol("LOCAL_DIGITS", "The sender's mailbox is mostly a number", "sender", 1.2)
DOMAIN_RANDOM = Symbol("DOMAIN_RANDOM", "The sender's domain is of random letters", "sender", 3.0)
SUBDOMAIN_ODD = Symbol("SUBDOMAIN_ODD", "The sender writes from a numbered or random branch of a domain", "sender", 1.0)
DOMAIN_IMPOSSIBLE = Symbol(
    "DOMAIN_IMPOSSIBLE", "The sender's domain does not exist: nobody can answer this mail", "sender", 2.5
)
DOMAIN_STUFFED = Symbol(
    "DOMAIN_STUFFED", "The sender's domain is a chain of words, as cheap throw-away domains are", "sender", 1.0
)

HOST_CHARS = 253  # RFC 1035 2.3.4: longer ones are not kept
LOCAL_CHARS = 64  # RFC 5321 4.5.3.1.1
DOCUMENTATION = frozenset({"example", "test"})  # RFC 2606: they stand for any domain in examples and on test benches
_PIECES = re.compile(r"[.+_=-]")
_DIGITS = 5
_HYPHENS = 2
_LONG = 22  # the longest labels of firms in the brand list have 20


class LocalPart(Detector):
    """Was the sender's address made for this one mailing?"""

    name = "localpart"
    symbols = (LOCAL_RANDOM, LOCAL_DIGITS, DOMAIN_RANDOM, SUBDOMAIN_ODD, DOMAIN_IMPOSSIBLE, DOMAIN_STUFFED)
    reads = Reads.HEADERS

    def look(self, mail: Mail) -> Look:
        """The mailbox first, then the domain from the right."""
        sender = author(mail.message)
        local = _local(sender.local[:LOCAL_CHARS].lower())
        if local is not None:
            yield local
        host = sender.domain
        if host:
            yield from _host(host) if len(host) <= HOST_CHARS else _domain(host)


@lru_cache(maxsize=2048)  # most mail comes from few senders
def _host(host: str) -> tuple[Finding, ...]:
    return tuple(_domain(host))


def _domain(host: str) -> Iterator[Finding]:
    """What the domain says."""
    domain = registered(host)
    label = domain.partition(".")[0]
    top = host.rpartition(".")[2]
    if not is_known_tld(top) and top not in DOCUMENTATION and not is_ip(host.strip("[]")):
        yield Finding(DOMAIN_IMPOSSIBLE, host[:200])
        return
    if is_random(label):
        yield Finding(DOMAIN_RANDOM, host[:200])
    elif label.count("-") >= _HYPHENS or len(label) >= _LONG:
        yield Finding(DOMAIN_STUFFED, host[:200])
    if host != domain:
        branch = host[: -len(domain) - 1]
        if (
            sum(map(str.isdigit, branch)) > 1
            or branch.count(".") > 1
            or any(is_random(piece) for piece in branch.split(".")[:5])
        ):
            yield Finding(SUBDOMAIN_ODD, host[:200])


@lru_cache(maxsize=2048)
def _local(local: str) -> Finding | None:
    """What the mailbox says."""
    if "+" in local or "=" in local or "#" in local:  # made for answers and bounces by honest programs
        return None
    digits = sum(map(str.isdigit, local))
    if digits >= _DIGITS and digits * 5 > len(local) * 2:
        return Finding(LOCAL_DIGITS, local)
    if len(local) > 6 and any(is_random(piece) for piece in _PIECES.split(local, 8)):
        return Finding(LOCAL_RANDOM, local)
    return None
