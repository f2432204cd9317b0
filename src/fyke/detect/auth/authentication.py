"""Who really sent it, as evidence: SPF, DKIM, ARC and DMARC over one mail.

Nothing is said of what nobody answered: offline this detector is silent. A pass says who, never that who is good; a
failure is weighed by what the author's domain itself asks for, and by who has an interest in that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fyke.detect.auth.dmarc_record import milder
from fyke.detect.auth.evidence import breaks_signature
from fyke.detect.base import Cost, Detector, Look
from fyke.detect.facts.authors import author
from fyke.detect.facts.brands import brands
from fyke.detect.facts.examined import examined
from fyke.detect.sender.freemail import is_freemail
from fyke.mail.domains import registered
from fyke.model import Finding, Label, Mail, Message, Symbol
from fyke.model.auth import Auth, AuthResult, DkimResult, DmarcResult, SpfResult


def _symbol(name: str, text: str, bits: float, leans: Label = Label.SPAM) -> Symbol:
    return Symbol(name, text, "auth", bits, leans)


SPF_PASS = _symbol("SPF_PASS", "The server that brought it may send for the domain of its envelope", -0.2)
SPF_FAIL = _symbol("SPF_FAIL", "The domain of its envelope says that this server does not send for it", 1.5)
SPF_SOFTFAIL = _symbol("SPF_SOFTFAIL", "The domain of its envelope doubts that this server sends for it", 0.7)
DKIM_VALID = _symbol("DKIM_VALID", "A domain signed it, and nothing signed was changed since", -0.3)
DKIM_FAIL = _symbol("DKIM_FAIL", "It was changed after it was signed, or the signature is forged", 0.5)
DKIM_WEAK = _symbol("DKIM_WEAK", "Its signature leaves room for changes, or could be forged", 0.4)
DMARC_PASS = _symbol("DMARC_PASS", "It is from the domain that it says it is from", -0.5)
DMARC_NONE = _symbol("DMARC_NONE", "The sender's domain does not say how to tell its mail from forged mail", 0.0)
DMARC_FAIL = _symbol("DMARC_FAIL", "Nothing shows that it is from the domain it says it is from", 0.7)
DMARC_FAIL_QUARANTINE = _symbol(
    "DMARC_FAIL_QUARANTINE", "It is not from the domain it says, which asks to set such mail aside", 2.0, Label.PHISHING
)
DMARC_FAIL_REJECT = _symbol(
    "DMARC_FAIL_REJECT", "It is not from the domain it says, which asks to refuse such mail", 3.0, Label.PHISHING
)
ARC_VALID = _symbol("ARC_VALID", "Servers on its way sealed what they found of its origin", 0.0)
ARC_TRUSTED = _symbol("ARC_TRUSTED", "A forwarder that you trust found it to be from its author, and sealed that", -0.4)
AUTH_UNKNOWN = _symbol("AUTH_UNKNOWN", "Who sent it could not be asked: the DNS did not answer", 0.0)
AUTH_ENDLESS = _symbol("AUTH_ENDLESS", "Records of its sender ask more questions than any mail needs", 1.0)
ALIGNED_BRAND = _symbol("ALIGNED_BRAND", "It is proved to be from the well-known firm that it says it is from", -4.0)
SPOOFED_BRAND = _symbol(
    "SPOOFED_BRAND", "It bears a well-known firm's own address, and nothing shows that the firm sent it", 4.0,
    Label.PHISHING,
)  # fmt: skip
SPOOFED_OWN = _symbol(
    "SPOOFED_OWN", "It bears an address of your own domain, and nothing shows that it came from you", 4.5,
    Label.PHISHING,
)  # fmt: skip
LIST_BREAKS_DKIM = _symbol(
    "LIST_BREAKS_DKIM", "A mailing list changed it, which breaks its author's signature and means no harm", 0.0
)

DETAIL_CHARS = 200
_FAILS = {"none": DMARC_FAIL, "quarantine": DMARC_FAIL_QUARANTINE, "reject": DMARC_FAIL_REJECT}
_VOUCHED = frozenset(("trusted_forwarder", "local_policy"))  # reasons not to believe a failure at all
_EASED = 0.3  # of a failure that a list may explain: list headers are easily written, so something remains
_UNASKED = 0.5  # of a firm's address where the firm publishes no policy: it does not say that it signs all its mail
_WATCHED = 0.7  # where it only watches (p=none): some of its mail may still go out unsigned


class Authentication(Detector):
    """Is it really from whom it says: do SPF, DKIM and DMARC agree, and what does that domain ask for?"""

    name = "authentication"
    symbols = (
        SPF_PASS, SPF_FAIL, SPF_SOFTFAIL, DKIM_VALID, DKIM_FAIL, DKIM_WEAK, DMARC_PASS, DMARC_NONE, DMARC_FAIL,
        DMARC_FAIL_QUARANTINE, DMARC_FAIL_REJECT, ARC_VALID, ARC_TRUSTED, AUTH_UNKNOWN, AUTH_ENDLESS, ALIGNED_BRAND,
        SPOOFED_BRAND, SPOOFED_OWN, LIST_BREAKS_DKIM,
    )  # fmt: skip
    cost = Cost.ASK

    def __init__(self, own_domains: Iterable[str] = (), sealers: Iterable[str] = ()) -> None:
        self._own = frozenset(registered(domain.lower()) for domain in own_domains)
        self._sealers = frozenset(domain.lower() for domain in sealers)

    def look(self, mail: Mail) -> Look:
        """What a user of ours sends is not examined: who logged in needs no proof of another kind."""
        if mail.envelope.login or not mail.message.senders:
            return
        found = yield from examined(mail, self._sealers)
        if not found.is_answered:
            return
        auth = found.auth
        yield auth
        if found.silent and _is_open(auth):
            yield _finding(AUTH_UNKNOWN, ", ".join(found.silent[:5]))
        if found.unasked:
            yield _finding(AUTH_ENDLESS, ", ".join(found.unasked[:5]))
        yield from _of_paths(auth)
        if auth.dmarc is not None:
            yield from self._of_author(mail.message, auth, auth.dmarc)

    def _of_author(self, message: Message, auth: Auth, result: DmarcResult) -> Iterator[Finding]:
        """What the result of DMARC means for the name that a reader is shown."""
        signed = auth.dkim or ()
        is_lists = breaks_signature(message, signed, result)
        is_vouched = _is_vouched(result)
        eased = 0.0 if is_vouched else _EASED if is_lists else 1.0
        if result.result is AuthResult.PASS:
            yield _finding(DMARC_PASS, result.reason)
        elif result.result is AuthResult.NONE:
            yield _finding(DMARC_NONE, result.reason)
        elif result.result is AuthResult.FAIL:
            if is_vouched:
                yield _finding(ARC_TRUSTED, next(each.comment for each in result.overrides if each.type in _VOUCHED))
            if is_lists:
                yield _finding(LIST_BREAKS_DKIM, message.first("list-id") or result.domain)
            if eased:
                yield _finding(_FAILS[_asked(result)], result.reason, eased)
        yield from self._of_names(message, auth, result, eased)

    def _of_names(self, message: Message, auth: Auth, result: DmarcResult, eased: float) -> Iterator[Finding]:
        """What it means that the name is a well-known firm's, or our own."""
        domain = author(message).domain
        brand = None if is_freemail(domain) else brands().owner_of(domain)
        if result.result is AuthResult.PASS:
            if brand is not None and result.domain == domain:
                yield _finding(ALIGNED_BRAND, f"{brand.name}: {result.domain}")
            return
        weight = eased * _sureness(auth, result, domain)
        if not weight:
            return
        if registered(domain) in self._own:
            yield _finding(SPOOFED_OWN, f"{domain}: {result.reason}", weight)
        elif brand is not None:
            yield _finding(SPOOFED_BRAND, f"{brand.name}: {result.reason}", weight)


def _is_vouched(result: DmarcResult | None) -> bool:
    """Whether somebody who is trusted says that all was well before it came to us."""
    return result is not None and any(each.type in _VOUCHED for each in result.overrides)


def _asked(result: DmarcResult) -> str:
    """What the domain asks for, one step milder while it is testing."""
    is_testing = result.record is not None and result.record.is_testing
    return milder(result.policy) if is_testing else result.policy


def _sureness(auth: Auth, result: DmarcResult, domain: str) -> float:
    """How sure it is that nobody vouches for a name; 0 where somebody may."""
    if result.result is AuthResult.FAIL:
        return _WATCHED if result.policy == "none" else 1.0
    if result.result is not AuthResult.NONE or auth.spf is None:
        return 0.0
    own = registered(domain)
    mays = [auth.spf.result, *(each.result for each in auth.dkim or ())]
    names = [auth.spf.domain, *(each.domain for each in auth.dkim or ())]
    near = any(
        registered(name) == own and may in (AuthResult.PASS, AuthResult.TEMPERROR, AuthResult.NEUTRAL)
        for name, may in zip(names, mays, strict=True)
    )
    return 0.0 if near else _UNASKED


def _is_open(auth: Auth) -> bool:
    """Whether an answer that did not come left a result open."""
    results = [each.result for each in (auth.spf, *(auth.dkim or ()), auth.arc, auth.dmarc) if each is not None]
    return AuthResult.TEMPERROR in results


def _of_paths(auth: Auth) -> Iterator[Finding]:
    """What is known of the way it came, whoever its author is."""
    has_passed = auth.dmarc is not None and auth.dmarc.result is AuthResult.PASS
    is_vouched = _is_vouched(auth.dmarc)
    if auth.spf is not None:
        yield from _of_spf(auth.spf, is_forwarded=has_passed or is_vouched)
    if auth.dkim and not is_vouched:
        yield from _of_dkim(auth.dkim)
    if auth.arc is not None and auth.arc.result is AuthResult.PASS:
        yield _finding(ARC_VALID, auth.arc.reason)


_BY_SPF = {AuthResult.PASS: SPF_PASS, AuthResult.FAIL: SPF_FAIL, AuthResult.SOFTFAIL: SPF_SOFTFAIL}


def _of_spf(found: SpfResult, *, is_forwarded: bool) -> Iterator[Finding]:
    """Mail that a signature or a forwarder vouches for was forwarded: then SPF fails, and that says nothing."""
    symbol = _BY_SPF.get(found.result)
    if symbol is not None and (symbol is SPF_PASS or not is_forwarded):
        yield _finding(symbol, f"{found.client_ip} for {found.domain}: {found.reason}")


def _of_dkim(signed: tuple[DkimResult, ...]) -> Iterator[Finding]:
    valid = [each for each in signed if each.result is AuthResult.PASS]
    failed = [each for each in signed if each.result is AuthResult.FAIL]
    weak = [each for each in signed if each.unsigned_bytes or each.result is AuthResult.POLICY or _has_sha1(each)]
    if valid:
        yield _finding(DKIM_VALID, ", ".join(dict.fromkeys(each.domain for each in valid)))
    elif failed:
        yield _finding(DKIM_FAIL, failed[0].reason)
    if weak:
        yield _finding(DKIM_WEAK, weak[0].reason)


def _has_sha1(found: DkimResult) -> bool:
    return found.algorithm.endswith("sha1")


def _finding(symbol: Symbol, detail: str, weight: float = 1.0) -> Finding:
    return Finding(symbol, detail[:DETAIL_CHARS], weight=weight)
