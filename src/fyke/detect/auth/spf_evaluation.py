"""The evaluation of SPF records (RFC 7208 4.6 to 7): terms in their order, includes, redirects, and their limits."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from fyke.detect.auth import names
from fyke.detect.auth.keys import Asking
from fyke.detect.auth.names import Ip
from fyke.detect.auth.spf_macro import (
    UNKNOWN_VALUE,
    BadMacroError,
    Pieces,
    dotted,
    expand_name,
    expand_text,
    is_name,
    read_macros,
    uses,
)
from fyke.detect.auth.spf_record import ASKING, BadRecordError, Record, Term, choose, read
from fyke.detect.auth.spf_words import Path, led, place, shown
from fyke.model import Dns, Records, Unknown
from fyke.model.auth import AuthResult, SpfStep

TERMS = 10  # RFC 7208 4.6.4: that ask the DNS
VOIDS = 2  # RFC 7208 4.6.4: terms whose question finds nothing
MX_HOSTS = 10  # RFC 7208 4.6.4: of one "mx"
EXPLANATION_CHARS = 2_048  # of the text that an explanation is made from

_NOTHING = Records(exists=False)


class Sending(Struct, frozen=True):
    """Who sends what to whom: all that a record may ask for."""

    ip: Ip
    local: str
    domain: str  # A-labels
    helo: str
    receiver: str
    at: datetime | None


class EndError(Exception):
    """An evaluation that ends before its end: how, why, and where."""

    def __init__(self, result: AuthResult, reason: str, path: Path = ()) -> None:
        super().__init__(reason)
        self.result, self.reason, self.path = result, reason, path


class Said(Struct, frozen=True):
    """What a domain says: by its own record, or by the record that it is redirected to."""

    result: AuthResult
    path: Path  # to the term that said it; where none did, to the record
    domain: str
    record: Record
    is_default: bool = False


class Evaluation:
    """One evaluation of check_host() (RFC 7208 4): what it is about, and how much it has asked."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._ip, self._number, self._is4 = sending.ip, int(sending.ip), sending.ip.version == 4
        self._values: dict[str, str] = {}
        self._names: tuple[str, ...] | None = None
        self._leads: dict[str, bool] = {}
        self.record = ""
        self.terms = self.voids = 0

    def evaluate(self, domain: str, path: Path) -> Asking[Said]:
        """What a domain's record says of the client. Raises EndError."""
        is4, client = self._is4, self._number
        while True:
            record = yield from self._ask_record(domain, path)
            for term in record.terms:
                kind = term.kind
                if kind == "ip4":
                    if is4 and client >> term.open4 == term.net:
                        return Said(term.says, (*path, SpfStep(domain, term.text)), domain, record)
                elif kind == "ip6":
                    if not is4 and client >> term.open6 == term.net:
                        return Said(term.says, (*path, SpfStep(domain, term.text)), domain, record)
                else:
                    found = yield from self._match(term, domain, (*path, SpfStep(domain, term.text)))
                    if found:
                        return Said(term.says, found, domain, record)
            if not record.redirect:
                return Said(AuthResult.NEUTRAL, path, domain, record, is_default=True)
            path = (*path, SpfStep(domain, record.redirect_text))
            self._count(path)
            domain = yield from self._name(record.redirect, domain)
            if not domain:
                raise EndError(AuthResult.PERMERROR, f"{place(path)} leads to no name.", path)

    def explain(self, said: Said) -> Asking[str]:
        """What the domain says to whom it refuses (RFC 7208 6.2); nothing where any of it is wrong."""
        name = yield from self._name(said.record.exp, said.domain)
        if not name:
            return ""
        answer: Records | Unknown = yield Dns(name, "TXT")
        if isinstance(answer, Unknown) or len(answer.values) != 1:
            return ""
        try:
            pieces = read_macros(answer.values[0][:EXPLANATION_CHARS], with_spaces=True)
        except BadMacroError:
            return ""
        yield from self._prepare(pieces, said.domain)
        return expand_text(pieces, self._values)

    def _ask_record(self, domain: str, path: Path) -> Asking[Record]:
        """The one SPF record of a domain. Raises EndError, and says NONE only of the first domain."""
        answer = yield from self._ask(domain, "TXT", path)
        found = choose(answer.values)
        if not found:
            if path:
                raise EndError(AuthResult.PERMERROR, f"{place(path)} leads to no SPF record.", path)
            text = f"{domain} has no SPF record." if answer.exists else f"There is no domain {domain}."
            raise EndError(AuthResult.NONE, text)
        whose = f"{domain}{led(path)}"
        if len(found) > 1:
            raise EndError(AuthResult.PERMERROR, f"{whose} has {len(found)} SPF records, so none is valid.", path)
        if not path:
            self.record = found[0]
        try:
            return read(found[0])
        except BadRecordError as error:
            raise EndError(AuthResult.PERMERROR, f"The SPF record of {whose} is void: {error}.", path) from None

    def _match(self, term: Term, domain: str, path: Path) -> Asking[Path]:
        """The path to what matches the client in a term; empty where nothing does. Raises EndError."""
        kind = term.kind
        if kind == "all":
            return path
        if kind in ASKING:
            self._count(path)
        name = domain
        if term.name:
            name = yield from self._name(term.name, domain)
        if kind == "include":
            found = yield from self._match_include(name, path)
            return found
        if kind == "a":
            matches = yield from self._match_a(term, name, path)
        elif kind == "mx":
            matches = yield from self._match_mx(term, name, path)
        elif kind == "ptr":
            matches = yield from self._match_ptr(name, path)
        else:
            answer = yield from self._ask(name, "A", path)  # RFC 7208 5.7: also for clients with IPv6
            matches = self._is_there(answer, path)
        return path if matches else ()

    def _match_include(self, name: str, path: Path) -> Asking[Path]:
        if not name:
            if not self._sending.local.isascii():
                return ()  # RFC 8616 4: such a term matches nobody
            raise EndError(AuthResult.PERMERROR, f"{place(path)} leads to no name.", path)
        said = yield from self.evaluate(name, path)
        return said.path if said.result is AuthResult.PASS else ()

    def _match_a(self, term: Term, name: str, path: Path) -> Asking[bool]:
        answer = yield from self._ask(name, "A" if self._is4 else "AAAA", path)
        return self._is_there(answer, path) and self._has(term, answer)

    def _match_mx(self, term: Term, name: str, path: Path) -> Asking[bool]:
        answer = yield from self._ask(name, "MX", path)
        if not self._is_there(answer, path):
            return False
        if len(answer.values) > MX_HOSTS:
            raise EndError(AuthResult.PERMERROR, f"{place(path)} has more than {MX_HOSTS} hosts.", path)
        kind = "A" if self._is4 else "AAAA"
        asked = [Dns(host, kind) for host in names.read_mx(answer.values) if is_name(host)]
        answers: tuple[Records | Unknown, ...] = (yield tuple(asked)) if asked else ()
        if any(self._has(term, found) for found in answers if not isinstance(found, Unknown)):
            return True
        for question, found in zip(asked, answers, strict=True):
            _known(found, question, path)
        return False

    def _match_ptr(self, target: str, path: Path) -> Asking[bool]:
        found = yield from self._ask_names()
        self._is_there(Records(found), path)
        leads = yield from self._lead_back([name for name in found if name == target or name.endswith(f".{target}")])
        return bool(leads)

    def _has(self, term: Term, answer: Records) -> bool:
        """Whether the client is in the networks of the addresses that an answer gives."""
        version, bits = (4, term.open4) if self._is4 else (6, term.open6)
        sought = self._number >> bits
        numbers = (names.number(address, version) for address in answer.values)
        return any(each is not None and each >> bits == sought for each in numbers)

    def _ask_names(self) -> Asking[tuple[str, ...]]:
        """What the client is called; RFC 7208 5.5: no answer is no name."""
        if self._names is None:
            found = yield from names.ask_names(self._ip)
            self._names = found or ()
        return self._names

    def _lead_back(self, called: list[str]) -> Asking[list[str]]:
        """Those of the client's names that lead back to it."""
        leads = yield from names.lead_to([name for name in called if name not in self._leads], self._ip)
        self._leads.update((name, bool(is_back)) for name, is_back in leads.items())
        return [name for name in called if self._leads[name]]

    def _called(self, domain: str) -> Asking[str]:
        """%{p}: a name that leads back, the domain or one below it before others (RFC 7208 7.3)."""
        called = yield from self._ask_names()
        found = yield from self._lead_back(list(called))
        return min(found, key=lambda name: (name != domain, not name.endswith(f".{domain}")), default=UNKNOWN_VALUE)

    def _name(self, pieces: Pieces, domain: str) -> Asking[str]:
        """The name that a domain-spec means; empty where the DNS cannot have it."""
        yield from self._prepare(pieces, domain)
        return expand_name(pieces, self._values)

    def _prepare(self, pieces: Pieces, domain: str) -> Asking[None]:
        """See to it that the values of all macros in the pieces are known (RFC 7208 7.2)."""
        if len(pieces) == 1 and isinstance(pieces[0], str):
            return
        if not self._values:
            self._values = _values(self._sending)
        self._values["d"] = domain
        if uses(pieces, "p"):
            self._values["p"] = yield from self._called(domain)

    def _ask(self, name: str, kind: str, path: Path) -> Asking[Records]:
        """Ask for a name's records; a name that the DNS cannot have does not exist (RFC 7208 4.3)."""
        if not is_name(name):
            return _NOTHING
        question = Dns(name, kind)
        return _known((yield question), question, path)

    def _count(self, path: Path) -> None:
        self.terms += 1
        if self.terms > TERMS:
            text = f"More than {TERMS} terms of {self._sending.domain} and what it includes ask the DNS."
            raise EndError(AuthResult.PERMERROR, text, path)

    def _is_there(self, answer: Records, path: Path) -> bool:
        """Whether a term's question found anything. RFC 7208 4.6.4 counts the terms whose question did not.

        The questions for an MX's hosts are not counted: most such hosts have no IPv6, which is no mistake.
        """
        if answer.values:
            return True
        self.voids += 1
        if self.voids > VOIDS:
            text = f"More than {VOIDS} terms of {self._sending.domain} and what it includes lead to nothing."
            raise EndError(AuthResult.PERMERROR, text, path)
        return False


def _known(answer: Records | Unknown, question: Dns, path: Path) -> Records:
    """The answer that came. Raises EndError where none did: later it may be known."""
    if isinstance(answer, Unknown):
        text = f"The DNS did not answer for the {question.type} records of {shown(question.name)}{led(path)}."
        raise EndError(AuthResult.TEMPERROR, text, path)
    return answer


def _values(sending: Sending) -> dict[str, str]:
    """The values of macros by their letter, but those of %{d} and %{p}, which change (RFC 7208 7.2)."""
    return {
        "s": f"{sending.local}@{sending.domain}",
        "l": sending.local,
        "o": sending.domain,
        "i": dotted(sending.ip),
        "c": str(sending.ip),
        "v": "in-addr" if sending.ip.version == 4 else "ip6",
        "h": sending.helo,
        "r": sending.receiver or UNKNOWN_VALUE,
        "t": str(int(sending.at.timestamp())) if sending.at is not None else "0",
    }
