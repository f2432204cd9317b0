"""Block lists of addresses and of domains over the DNS (RFC 5782): how each is asked, and what its answers mean.

No list is asked until the config names it. A list must list its test entry and must not list the whole world; one that
fails at that, or says that we may not ask, is left alone for a while, with a warning: an answer such as 127.255.255.254
or the address of somebody's parked domain is never a listing.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from fyke.model.query import Dns, Listed, Records

CHECK_S = 3_600.0  # between two tests of a list that is well
OFF_S = 600.0  # that a list is left alone which is not
Question = Dns | Listed
Answer = Callable[[Sequence[Question]], Mapping[Question, Records]]


class Meaning(Struct, frozen=True):
    """What the answer of a list means."""

    listed: bool = False
    kind: str = ""  # the worst of `kinds`
    error: str = ""  # why this is no answer; then nothing is listed
    kinds: tuple[str, ...] = ()  # worst first


class Code(Struct, frozen=True):
    """The answers from `first` to `last`, counted from 127.0.0.0; or a bit of the last number."""

    first: int
    last: int
    kind: str
    error: str = ""


class List(Struct, frozen=True):
    """One list that we know."""

    zone: str
    of: str  # "addresses" or "domains"
    codes: tuple[Code, ...]  # worst first
    is_bits: bool = False  # the last number is a sum
    listed: str = ""  # a key that must be listed, and one that must not; empty: as RFC 5782 5 has them
    unlisted: str = ""
    other: str = "listed"  # what an answer means that is none of the codes; empty: nothing


# What every list may say: RFC 5782 2.1 keeps answers in 127/8, 127.0.0.1 is what must not be listed and, from SURBL and
# URIBL, "you are blocked"; Spamhaus refuses by 127.255.255.x.
LOOPBACK = 127 << 24
REFUSALS = {
    "127.0.0.1": "the list refuses our resolver",
    "127.255.255.252": "the list has no zone of this name",
    "127.255.255.254": "the list is not to be asked through a public resolver",
    "127.255.255.255": "the list was asked too often",
}


def _code(text: str, kind: str, error: str = "") -> Code:
    first, _, last = text.partition("-")
    start = int(ipaddress.IPv4Address(first)) - LOOPBACK
    return Code(start, start & ~0xFF | int(last) if last else start, kind, error)


ZEN = (
    _code("127.0.0.9", "hijacked-network"),
    _code("127.0.0.4-7", "exploited-host"),  # XBL
    _code("127.0.0.2", "spam-source"),  # SBL
    _code("127.0.0.3", "snowshoe"),  # CSS
    _code("127.0.0.10-11", "dynamic-or-policy"),  # PBL: no mail is to come from there directly
)
DBL = (
    _code("127.0.1.255", "", "the list is of domains and was asked of an address"),
    _code("127.0.1.5", "malware"),
    _code("127.0.1.6", "botnet-controller"),
    _code("127.0.1.4", "phishing"),
    _code("127.0.1.2", "spam-domain"),
    _code("127.0.1.105", "abused-malware"),
    _code("127.0.1.106", "abused-botnet-controller"),
    _code("127.0.1.104", "abused-phishing"),
    _code("127.0.1.103", "abused-redirector"),
    _code("127.0.1.102", "abused-legitimate"),
)
ZRD = (_code("127.0.2.2-24", "new-domain"),)  # of so many hours
SURBL = (Code(16, 16, "malware"), Code(8, 8, "phishing"), Code(128, 128, "cracked-site"), Code(64, 64, "spam-domain"))
URIBL = (Code(2, 2, "spam-domain"), Code(8, 8, "new-spam-domain"), Code(4, 4, "grey-domain"))
ANY = (_code("127.0.0.2", "spam-source"),)

KNOWN = (
    List("zen.spamhaus.org", "addresses", ZEN, other=""),
    List("sbl.spamhaus.org", "addresses", ZEN, other=""),
    List("xbl.spamhaus.org", "addresses", ZEN, other="", listed="2.0.0.127"),
    List("pbl.spamhaus.org", "addresses", ZEN, other=""),
    List("dbl.spamhaus.org", "domains", DBL, listed="dbltest.com", other=""),
    List("zen.dq.spamhaus.net", "addresses", ZEN, other=""),
    List("dbl.dq.spamhaus.net", "domains", DBL, listed="dbltest.com", other=""),
    List("zrd.dq.spamhaus.net", "domains", ZRD, listed="test", other=""),
    List("multi.surbl.org", "domains", SURBL, is_bits=True, listed="surbl-org-permanent-test-point.com", other=""),
    List("multi.uribl.com", "domains", URIBL, is_bits=True, listed="test.uribl.com", other=""),
    List("black.uribl.com", "domains", URIBL, is_bits=True, listed="test.uribl.com", other=""),
    List("bl.spamcop.net", "addresses", ANY),
    List("b.barracudacentral.org", "addresses", ANY),
    List("psbl.surriel.com", "addresses", ANY),
    List("dnsbl.dronebl.org", "addresses", (), other="exploited-host"),
)


def known(zone: str, of: str = "addresses") -> List:
    """What we know of a list, also under a customer's own name (KEY.zen.dq.spamhaus.net); else a plain one."""
    for each in KNOWN:
        if zone == each.zone or zone.endswith(f".{each.zone}"):
            return each
    return List(zone, of, ())


def key_of(address: str) -> str:
    """How an address is asked: numbers of IPv4 or nibbles of IPv6, last one first; "" for what is no address."""
    try:
        where = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(where, ipaddress.IPv6Address) and where.ipv4_mapped is not None:
        where = where.ipv4_mapped
    if isinstance(where, ipaddress.IPv6Address):
        return ".".join(reversed(where.packed.hex()))
    return ".".join(reversed(str(where).split(".")))


def key_of_domain(domain: str) -> str:
    """How a domain is asked; "" for what is an address or no domain: lists of domains take offence at these."""
    plain = domain.strip().rstrip(".").lower()
    is_domain = plain.isascii() and len(plain) <= 200 and all(0 < len(label) < 64 for label in plain.split("."))
    if not is_domain or plain.rpartition(".")[2].isdigit() or not set(plain) <= _OF_DOMAINS:
        return ""
    return plain


_OF_DOMAINS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


def meaning(zone: str, values: Iterable[str]) -> Meaning:
    """What the A records of a list's answer mean; none at all is "not listed"."""
    row = known(zone)
    kinds: set[str] = set()
    for value in values:
        number, error = _number(value)
        if not error:
            error = next((code.error for code in row.codes if code.error and code.first <= number <= code.last), "")
        if error:
            return Meaning(error=error)  # whatever else it says
        kinds.update(_kinds(row, number))
    order = [code.kind for code in row.codes] + [row.other]
    found = tuple(sorted(kinds, key=order.index))
    return Meaning(bool(found), found[0] if found else "", kinds=found)


def _number(value: str) -> tuple[int, str]:
    """The number of an answer from 127.0.0.0 on, or why it is no answer."""
    try:
        number = int(ipaddress.IPv4Address(value)) - LOOPBACK
    except ValueError:
        return 0, "the list answers what is no address"
    if not 0 <= number < 1 << 24:
        return 0, "the list answers outside of 127.0.0.0/8: perhaps it is gone"
    if value.startswith("127.255.255."):
        return number, REFUSALS.get(value, "the list refuses to answer")
    return number, REFUSALS.get(value, "")


def _kinds(row: List, number: int) -> set[str]:
    if row.is_bits:
        found = {code.kind for code in row.codes if number & code.first}
    else:
        found = {code.kind for code in row.codes if code.first <= number <= code.last}
    return found or ({row.other} if row.other else set())


class _State(Struct):
    """How a list does."""

    row: List
    due_at: float = 0.0  # the next test
    is_well: bool = False
    warning: str = ""


class Lists:
    """Answers `Listed` for the lists that a site uses, as long as they are well; hands on every other question."""

    def __init__(
        self,
        answer: Answer,
        of_addresses: Iterable[str] = (),
        of_domains: Iterable[str] = (),
        *,
        tell: Callable[[str], None] = lambda _warning: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` hears a sentence each time that a list is switched off."""
        self._answer, self._tell, self._clock = answer, tell, clock
        named = [(zone, "addresses") for zone in of_addresses] + [(zone, "domains") for zone in of_domains]
        self._states = {zone.lower().rstrip("."): _State(known(zone.lower().rstrip("."), of)) for zone, of in named}
        self._lock = threading.Lock()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why lists are switched off now, a sentence each."""
        return tuple(state.warning for state in self._states.values() if state.warning)

    def answer(self, questions: Sequence[Question]) -> dict[Question, Records]:
        """What is said; a list that is off, or that nobody named, says nothing."""
        wanted: list[Question] = []
        for question in questions:
            state = self._states.get(question.zone) if isinstance(question, Listed) else None
            if not isinstance(question, Listed) or (state is not None and self._may_be_asked(state)):
                wanted.append(question)
        zones = list(dict.fromkeys(question.zone for question in wanted if isinstance(question, Listed)))
        tests = {zone: probes(zone, self._states[zone].row) for zone in zones if self._is_due(zone)}
        told = dict(self._answer([*(test for pair in tests.values() for test in pair), *wanted]))
        for zone, (listed, unlisted) in tests.items():
            self._judge(zone, told.get(listed), told.get(unlisted))
        return {question: told[question] for question in wanted if question in told and self._counts(question, told)}

    def _may_be_asked(self, state: _State) -> bool:
        return not state.warning or self._clock() >= state.due_at

    def _is_due(self, zone: str) -> bool:
        """Whether this caller is to test the list."""
        state = self._states[zone]
        with self._lock:
            if self._clock() < state.due_at and state.is_well:
                return False
            state.due_at = self._clock() + CHECK_S
            return True

    def _judge(self, zone: str, listed: Records | None, unlisted: Records | None) -> None:
        """What the two tests say of a list. Where one was not answered, it stays as it was, and is tested again."""
        state = self._states[zone]
        if listed is None or unlisted is None:
            state.due_at = 0.0
            return
        said, denied = meaning(zone, listed.values), meaning(zone, unlisted.values)
        if error := said.error or denied.error:
            self._switch_off(zone, error)
        elif not listed.values:
            self._switch_off(zone, "it does not list its own test entry")
        elif unlisted.values:
            self._switch_off(zone, "it lists what must not be listed, so perhaps everything")
        else:
            state.is_well, state.warning = True, ""

    def _switch_off(self, zone: str, why: str) -> None:
        state = self._states[zone]
        is_news = not state.warning
        state.is_well, state.due_at = False, self._clock() + OFF_S
        state.warning = f"{zone} is not asked: {why}"
        if is_news:
            self._tell(state.warning)

    def _counts(self, question: Question, told: Mapping[Question, Records]) -> bool:
        if not isinstance(question, Listed):
            return True
        if error := meaning(question.zone, told[question].values).error:
            self._switch_off(question.zone, error)
        return self._states[question.zone].is_well


def probes(zone: str, row: List) -> tuple[Listed, Listed]:
    """What must be listed, and what must not (RFC 5782 5)."""
    usual = ("2.0.0.127", "1.0.0.127") if row.of == "addresses" else ("test", "invalid")
    return Listed(zone, row.listed or usual[0]), Listed(zone, row.unlisted or usual[1])
