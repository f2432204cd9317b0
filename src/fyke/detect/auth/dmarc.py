"""DMARC (RFC 9989): does a domain that SPF or DKIM vouches for speak for the author, and what does the author's ask?

Pure: SPF and DKIM come as plain identifiers, the DNS by questions. Who does not answer makes a temporary error, never
"no policy". Whether to do what is asked is not decided here, only said, with the reasons against it as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from fyke.detect.auth.dmarc_record import milder
from fyke.detect.auth.dmarc_walk import Walk, canonical, policy_for, walk
from fyke.detect.auth.keys import Asking
from fyke.model.auth import Aligned, AuthResult, DmarcRecord, DmarcResult, DmarcStep, Identifier, Override

IDENTIFIERS = 20  # of one message: an enemy may sign in a thousand names, and each may take eight questions
WALKS = 5  # up from identifiers that are not the author's own domain

_OPEN = frozenset((AuthResult.PASS, AuthResult.TEMPERROR))  # the others cannot vouch for anybody


class Discovery(Struct, frozen=True):
    """What is known of the author's domain before anybody vouched for it."""

    domain: str
    record: DmarcRecord | None = None
    policy: str = "none"
    steps: tuple[DmarcStep, ...] = ()
    organization: str = ""
    result: AuthResult | None = None  # where there is nothing to check: already the outcome
    reason: str = ""


def evaluate(authors: Sequence[str], identifiers: Iterable[Identifier], unasked: str = "") -> Asking[DmarcResult]:
    """The result for a message whose From has these domains.

    `unasked` says why a mechanism could not be asked at all; then nothing is a failure, for it might have passed.
    """
    found = yield from discover(authors)
    return (yield from conclude(found, identifiers, unasked))


def discover(authors: Sequence[str]) -> Asking[Discovery]:
    """Whose policy holds for the author (RFC 9989 4.10.1)."""
    domains = {canonical(author) for author in authors}
    if len(domains) > 1:  # RFC 9989 5.3.1: exempt
        return Discovery("", result=AuthResult.NONE, reason="From names several domains, and DMARC knows of one.")
    domain = domains.pop() if domains else ""
    if not domain:
        return Discovery("", result=AuthResult.PERMERROR, reason="From names no domain that could have a policy.")
    walked = yield from walk(domain, only_policy=True)
    record = walked.policy
    if record is None:
        if not walked.is_whole:
            return _no_answer(walked)
        several = any(step.found == "several" for step in walked.steps)
        said = "has several DMARC records, so none" if several else "has no DMARC record"
        reason = f"{domain} {said}."
        return Discovery(domain, steps=walked.steps, organization=domain, result=AuthResult.NONE, reason=reason)
    organization = walked.organization
    if not record.is_usable:
        reason = f"the DMARC record of {record.domain} names a policy that there is not."
        return Discovery(domain, record, "none", walked.steps, organization, AuthResult.PERMERROR, reason)
    policy = yield from policy_for(record, domain)
    return Discovery(domain, record, policy, walked.steps, organization)


def _no_answer(walked: Walk) -> Discovery:
    """What is known where the walk ended before a policy was found."""
    reason = f"{walked.steps[-1].name} could not be asked."
    return Discovery(walked.start, steps=walked.steps, result=AuthResult.TEMPERROR, reason=reason)


def conclude(found: Discovery, identifiers: Iterable[Identifier], unasked: str = "") -> Asking[DmarcResult]:
    """The result, once SPF and DKIM are known."""
    record = found.record
    if record is None or found.result is not None:
        result = found.result or AuthResult.NONE
        return DmarcResult(result, found.reason, found.domain, found.organization, record, steps=found.steps)
    organization, steps, walks = found.organization, found.steps, 0
    aligned: list[Aligned] = []
    for given in list(identifiers)[:IDENTIFIERS]:
        identifier = replace(given, domain=canonical(given.domain))
        mode = record.adkim if identifier.mechanism == "dkim" else record.aspf
        is_free = _without_asking(found.domain, identifier, mode)
        if is_free is not None or walks >= WALKS:
            aligned.append(Aligned(identifier, _MODES[mode], "", is_free))
            continue
        if not organization:
            walked = yield from walk(found.domain)
            steps, organization = walked.steps, walked.organization
        theirs = ""
        if organization and _is_under(identifier.domain, organization):
            theirs, walks = (yield from walk(identifier.domain)).organization, walks + 1
            holds = theirs == organization if theirs else None
        else:
            holds = False if organization else None
        aligned.append(Aligned(identifier, _MODES[mode], theirs, holds))
    known = DmarcResult(
        AuthResult.FAIL, "", found.domain, organization, record, found.policy, aligned=tuple(aligned), steps=steps
    )
    return _judged(known, unasked)


_MODES = {"r": "relaxed", "s": "strict"}


def _without_asking(domain: str, identifier: Identifier, mode: str) -> bool | None:
    """Whether an identifier is aligned, where names alone tell; None where organizations must be looked up."""
    if identifier.result not in _OPEN:
        return identifier.domain == domain and bool(domain)
    if identifier.domain == domain:
        return True
    if mode == "s" or not identifier.domain:
        return False
    return None if identifier.domain.rpartition(".")[2] == domain.rpartition(".")[2] else False


def _is_under(domain: str, above: str) -> bool:
    return domain == above or domain.endswith("." + above)


def _judged(known: DmarcResult, unasked: str) -> DmarcResult:
    """The result of what is aligned."""
    vouching = [each for each in known.aligned if each.identifier.result in _OPEN and each.holds is not False]
    for each in vouching:
        if each.holds and each.identifier.result is AuthResult.PASS:
            by = each.identifier
            return replace(known, result=AuthResult.PASS, reason=f"{by.mechanism.upper()} vouches for {by.domain}.")
    if vouching:
        by = vouching[0].identifier
        reason = f"Whether {by.mechanism.upper()} vouches for {by.domain} could not be asked."
        return replace(known, result=AuthResult.TEMPERROR, reason=reason)
    if unasked:
        return replace(known, result=AuthResult.TEMPERROR, reason=unasked)
    passed = sorted({each.identifier.domain for each in known.aligned if each.identifier.result is AuthResult.PASS})
    others = f"; what passed is of {', '.join(passed[:3])}" if passed else ""
    failed = replace(
        known, reason=f"Neither SPF nor DKIM vouches for {known.domain}{others}."[:200], disposition=known.policy
    )
    if known.record is not None and known.record.is_testing and known.policy != "none":
        eased = replace(failed, disposition=milder(known.policy))
        return replace(eased, overrides=(Override("policy_test_mode", "the domain is testing its policy (t=y)"),))
    return failed


def overridden(result: DmarcResult, override: Override) -> DmarcResult:
    """The same result, not handled as asked, and why; a result that asks for nothing stays as it is."""
    if result.result is not AuthResult.FAIL or result.disposition == "none":
        return result
    return replace(result, disposition="none", overrides=(*result.overrides, override))
