"""All mechanisms over one mail, side by side: what SPF, DKIM, ARC and DMARC find, in as few rounds as may be.

Each is a generator of questions of its own; `together` asks what all of them wait for at once, so a slow record of an
enemy's delays nobody else's, and an endless one takes only its own mechanism with it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Generator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fyke.detect.auth import arc, dkim, dmarc, spf
from fyke.detect.auth.dmarc_walk import PREFIX, canonical
from fyke.detect.auth.keys import Asking
from fyke.detect.auth.results import read
from fyke.detect.facts.lists import is_list
from fyke.mail.canonical import Signable
from fyke.model import UNKNOWN, Dns, Mail, Message, Query
from fyke.model.auth import (
    ArcResult,
    Auth,
    AuthResult,
    DkimResult,
    DmarcResult,
    Identifier,
    Override,
    SpfResult,
)

FIRST_ROUNDS = 20  # of SPF, DKIM, ARC and the policy of DMARC, side by side; SPF may need 11, a chain of ARC 17
LAST_ROUNDS = 9  # of the organizations of who vouches; with the first fewer than a detector may ask

IP_CHARS = 100  # of an address with its scope

Questions = tuple[Query[Any], ...]

_OURS = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                               "::1/128", "fe80::/10", "fc00::/7"))
)  # fmt: skip

NO_CLIENT = "The client that brought it is not known, so SPF could not be asked."
NO_BYTES = "Its bytes are not at hand, so signatures could not be checked."


class Examined(Struct, frozen=True):
    """What was found, and whether anybody answered at all."""

    auth: Auth
    is_answered: bool = False  # False: every question stayed open, as it does offline
    silent: tuple[str, ...] = ()  # names of which nobody said anything
    unasked: tuple[str, ...] = ()  # names that were not asked for any more: a record asked without end


OFFLINE = Examined(Auth())


class _Race(Struct):
    """Evaluations side by side: what each waits for, and what came of those that are done."""

    branches: Sequence[Asking[Any]]
    known: dict[Query[Any], Any]
    waiting: dict[int, Query[Any] | Questions]
    results: dict[int, Any]

    def resume(self, number: int, answer: Any) -> None:
        """Resume an evaluation until it is done, or asks what is not known yet."""
        known = self.known
        try:
            while True:
                item = self.branches[number].send(answer)
                if isinstance(item, tuple):
                    if any(query not in known for query in item):
                        self.waiting[number] = item
                        return
                elif item not in known:
                    self.waiting[number] = item
                    return
                answer = self.told(item)
        except StopIteration as end:
            self.results[number] = end.value

    def told(self, item: Query[Any] | Questions) -> Any:
        """The answer to a question, or those to several."""
        return tuple(self.known[query] for query in item) if isinstance(item, tuple) else self.known[item]

    def asked(self) -> Questions:
        """All that is waited for, once."""
        items = (item if isinstance(item, tuple) else (item,) for item in self.waiting.values())
        return tuple(dict.fromkeys(query for item in items for query in item if query not in self.known))


def together(
    branches: Sequence[Asking[Any]],
    rounds: int,
    known: dict[Query[Any], Any],
    unasked: dict[Query[Any], None] | None = None,
) -> Generator[Questions, Any, list[Any]]:
    """Run evaluations side by side; their results in order. After so many rounds every answer is unknown.

    `known` are answers that came before; those that come are put there. `unasked` takes what was not asked any more.
    """
    race = _Race(branches, known, {}, {})
    for number in range(len(branches)):
        race.resume(number, None)
    while race.waiting:
        asked = race.asked()
        if rounds > 0:
            rounds -= 1
            answers = yield asked
        else:
            answers = (UNKNOWN,) * len(asked)
            if unasked is not None:
                unasked.update(dict.fromkeys(asked))
        known.update(zip(asked, answers, strict=True))
        waited, race.waiting = race.waiting, {}
        for number, item in waited.items():
            race.resume(number, race.told(item))
    return [race.results[number] for number in range(len(branches))]


def examine(mail: Mail, sealers: frozenset[str] = frozenset()) -> Generator[Questions, Any, Examined]:
    """What every mechanism finds of a mail. `sealers` are domains whose word in a chain of ARC is believed."""
    envelope, message = mail.envelope, mail.message
    known = yield from probe(message)
    if known and all(answer is UNKNOWN for answer in known.values()):
        return OFFLINE
    at = came_at(mail)
    branches: dict[str, Asking[Any]] = {"dmarc": dmarc.discover(authors(message))}
    if is_strangers(envelope.client_ip):
        branches["spf"] = spf.check(envelope.client_ip, envelope.mail_from, envelope.helo)
    if mail.raw and is_signed(message):
        signable = Signable(mail.raw)
        branches["dkim"] = dkim.verify(signable, at)
        if message.all("arc-seal"):
            branches["arc"] = arc.verify(signable, at)
    unasked: dict[Query[Any], None] = {}
    results = yield from together(tuple(branches.values()), FIRST_ROUNDS, known, unasked)
    found = dict(zip(branches, results, strict=True))
    by_address: SpfResult | None = found.get("spf")
    if unasked and by_address is not None and by_address.result is AuthResult.TEMPERROR:
        by_address = replace(
            by_address, reason=f"The record of {by_address.domain} asks and asks: it was left at that."
        )
    signed: tuple[DkimResult, ...] = found.get("dkim", ())
    missing = "" if "spf" in found else NO_CLIENT
    missing = NO_BYTES if not mail.raw and is_signed(message) else missing
    identifiers = identify(by_address, signed)
    concluding = [dmarc.conclude(found["dmarc"], identifiers, missing)]
    [result] = yield from together(concluding, LAST_ROUNDS, known, unasked)
    auth = Auth(
        spf=by_address,
        dkim=signed if mail.raw else None,
        arc=found.get("arc"),
        dmarc=_eased(result, found.get("arc"), sealers, message, signed),
    )
    silent = [query for query, answer in known.items() if answer is UNKNOWN]
    return Examined(
        auth,
        len(silent) < len(known),
        tuple(_name(query) for query in silent if query not in unasked),
        tuple(map(_name, unasked)),
    )


def _name(query: Query[Any]) -> str:
    return query.name if isinstance(query, Dns) else ""


def probe(message: Message) -> Generator[Questions, Any, dict[Query[Any], Any]]:
    """Ask what is asked in any case, before anything is read that costs time: where nobody answers, this is all.

    The author may have seen to it that nobody answers for their own domain, hence the one above all.
    """
    known: dict[Query[Any], Any] = {}
    domain = canonical(message.senders[0].domain) if message.senders else ""
    if domain:
        for name in dict.fromkeys((domain, domain.rpartition(".")[2])):
            query = Dns(PREFIX + name, "TXT")
            [known[query]] = yield (query,)
            if known[query] is not UNKNOWN:
                break
    return known


def identify(by_address: SpfResult | None, signed: Sequence[DkimResult]) -> list[Identifier]:
    """What DMARC compares with the author: the envelope's domain (RFC 9989 4.4.2), and the signers', the best first."""
    found = [Identifier("dkim", each.domain, each.result, each.selector) for each in signed if each.domain]
    found.sort(key=lambda each: each.result is not AuthResult.PASS)
    if by_address is not None and by_address.domain:
        found.insert(0, Identifier("spf", by_address.domain, by_address.result))
    return found


def authors(message: Message) -> tuple[str, ...]:
    """The domains that From names."""
    return tuple(sender.domain for sender in message.senders if sender.domain)


def is_signed(message: Message) -> bool:
    """Whether anybody claims to have signed it."""
    return bool(message.all("dkim-signature") or message.all("arc-seal"))


def is_strangers(ip: str) -> bool:
    """Whether a client's address is one from outside: SPF says nothing of machines of one's own."""
    return len(ip) <= IP_CHARS and _is_strangers(ip)


@lru_cache(maxsize=4096)  # most mail comes from few machines
def _is_strangers(ip: str) -> bool:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return not any(address in network for network in _OURS if network.version == address.version)


def came_at(mail: Mail) -> datetime | None:
    """When the mail came, so that signatures may have expired: as the connection knows, or the newest hop."""
    newest = next((hop.date for hop in mail.message.received if hop.date), None)
    return mail.envelope.received_at or newest or mail.message.date


def _eased(
    result: DmarcResult,
    chain: ArcResult | None,
    sealers: frozenset[str],
    message: Message,
    signed: Sequence[DkimResult],
) -> DmarcResult:
    """The result with the reasons not to do what it asks: a forwarder that is trusted, or a mailing list's changes."""
    if chain is not None and (sealer := vouched_by(chain, sealers)):
        return dmarc.overridden(result, Override("trusted_forwarder", f"{sealer} sealed that it had passed"))
    if breaks_signature(message, signed, result):
        return dmarc.overridden(result, Override("mailing_list", f"a list changed what {result.domain} signed"))
    return result


def vouched_by(chain: ArcResult, sealers: frozenset[str]) -> str:
    """The trusted sealer who saw DMARC pass, all later sealers being trusted too; an empty string where there is none.

    Anybody can seal anything, so a chain of strangers says nothing (RFC 8617 9.6).
    """
    if chain.result is not AuthResult.PASS:
        return ""
    for hop in reversed(chain.hops):
        if hop.domain not in sealers:
            return ""
        if any(each.method == "dmarc" and each.result == "pass" for each in read(hop.results).results):
            return hop.domain
    return ""


def breaks_signature(message: Message, signed: Sequence[DkimResult], result: DmarcResult) -> bool:
    """Whether it looks as if a mailing list had changed what the author signed. It can be made to look so."""
    if not is_list(message) or not result.domain:
        return False
    return any(
        each.result is AuthResult.FAIL and (result.domain == each.domain or result.domain.endswith("." + each.domain))
        for each in signed
        if each.domain
    )
