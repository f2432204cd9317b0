"""The machine that brought a mail, as the DNS knows it: its names, what it calls itself, whose network it is in.

Only a connection is looked at: what an address was called when a mail in a file came, nobody knows any more. RFC 5321
4.1.4 forbids to refuse a mail for its HELO alone, and many honest servers are ill configured: all this is evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fyke.detect.auth.evidence import is_strangers, together
from fyke.detect.auth.keys import Asking
from fyke.detect.auth.names import look_up_helo, look_up_host, look_up_origin, read_ip
from fyke.detect.base import Cost, Detector, Look, Reads
from fyke.detect.facts.hops import UNNAMED, edge, is_line
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Observable, Symbol
from fyke.model.auth import Helo, HeloForm, HostNames, Origin

ROUNDS = 12  # ten names of an address, each to be looked up, after the names themselves
DETAIL_CHARS = 200


def _symbol(name: str, text: str, bits: float, leans: Label = Label.SPAM) -> Symbol:
    return Symbol(name, text, "auth", bits, leans)


CONFIRMED = _symbol("CLIENT_CONFIRMED", "The name of the sending machine leads back to its address", -0.1)
NAMELESS = _symbol("CLIENT_UNNAMED", "The DNS has no name for the address of the sending machine", 1.5)
FALSE_NAME = _symbol("CLIENT_NAME_FALSE", "The name of the sending machine's address leads elsewhere", 1.2)
LINE = _symbol("CLIENT_LINE", "The DNS calls the sending machine as providers call their lines, by number", 1.5)
HELO_UNKNOWN = _symbol("HELO_UNKNOWN", "The sending machine gave a name that does not exist", 1.2)
HELO_ELSEWHERE = _symbol("HELO_ELSEWHERE", "The sending machine gave a name that leads to another machine", 0.4)
HELO_OURS = _symbol("HELO_OURS", "The sending machine gave itself your own name", 3.0)
HELO_MALFORMED = _symbol("HELO_MALFORMED", "The sending machine gave for its name what can be none", 1.0)
NETWORK = _symbol("CLIENT_NETWORK", "The network is known from which it came", 0.0)


class Client(Detector):
    """Does the DNS know the machine that brought it, and by the name that it gave?"""

    name = "client"
    symbols = (
        CONFIRMED, NAMELESS, FALSE_NAME, LINE, HELO_UNKNOWN, HELO_ELSEWHERE, HELO_OURS, HELO_MALFORMED, NETWORK,
    )  # fmt: skip
    reads = Reads.HEADERS
    cost = Cost.ASK

    def __init__(self, own_domains: Iterable[str] = (), origins: Iterable[str] = ()) -> None:
        """`origins` are zones that tell the network of an IPv4 address, and of an IPv6 address."""
        self._own = frozenset(domain.lower() for domain in own_domains)
        self._origins = (*(zone.lower().rstrip(".") for zone in origins), "", "")[:2]

    def look(self, mail: Mail) -> Look:
        """What a user of ours sends comes from any machine."""
        envelope = mail.envelope
        ip = read_ip(envelope.client_ip)
        if ip is None or envelope.login or not is_strangers(envelope.client_ip):
            return
        branches: list[Asking[Any]] = [look_up_host(ip), look_up_helo(envelope.helo, ip, self._ours(envelope.helo))]
        if any(self._origins):
            branches.append(look_up_origin(ip, *self._origins))
        host, helo, *origin = yield from together(branches, ROUNDS, {})
        yield from _of_host(host, mail)
        if envelope.helo:
            yield from _of_helo(helo)
        yield from _of_origin(origin)

    def _ours(self, helo: str) -> frozenset[str]:
        """The name itself, where it is in a domain of ours."""
        name = helo.strip().lower().rstrip(".")
        return frozenset((name,)) if name in self._own or registered(name) in self._own else frozenset()


def _of_host(found: HostNames, mail: Mail) -> Iterator[Finding]:
    """What the trace says already of a machine without a name, or with a number for one, is not said twice."""
    if not found.is_known:
        return
    at = edge(mail)
    hop = at.hop if at is not None else None
    names = ", ".join(found.confirmed or found.unconfirmed)
    if found.confirmed:
        yield _finding(CONFIRMED, f"{found.ip} is {names}")
    elif found.unconfirmed and not found.unanswered:
        yield _finding(FALSE_NAME, f"{found.ip} is called {names}")
    elif not found.unanswered and not (at is not None and UNNAMED in at.raw):
        yield _finding(NAMELESS, found.ip)
    is_told = hop is not None and (is_line(hop.name, hop.ip) or is_line(hop.helo, hop.ip))
    if found.is_dynamic and not is_told:
        yield _finding(LINE, names or ", ".join(found.unanswered))


def _of_helo(found: Helo) -> Iterator[Finding]:
    """Numbers and bare words for a name are the trace's business."""
    if found.form is HeloForm.MALFORMED:
        yield _finding(HELO_MALFORMED, repr(found.text[:100])[1:-1])
    elif found.is_ours and found.is_clients is False:
        yield _finding(HELO_OURS, found.text)
    elif found.form is HeloForm.NAME and found.exists is False:
        yield _finding(HELO_UNKNOWN, found.text)
    elif found.form in (HeloForm.NAME, HeloForm.LITERAL) and found.is_clients is False:
        yield _finding(HELO_ELSEWHERE, found.text)


def _of_origin(found: Sequence[Origin]) -> Iterator[Finding]:
    for origin in found:
        if origin.numbers:
            numbers = [f"AS{number}" for number in origin.numbers]
            seen = tuple(Observable("asn", number, "envelope") for number in numbers)
            detail = " ".join(filter(None, (", ".join(numbers), origin.block, origin.country)))
            yield Finding(NETWORK, f"{origin.ip} is in {detail}"[:DETAIL_CHARS], observables=seen)


def _finding(symbol: Symbol, detail: str) -> Finding:
    return Finding(symbol, detail[:DETAIL_CHARS])
