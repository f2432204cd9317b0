"""SPF (RFC 7208): does a domain let this client send in its name, and which term of whose record says so?

Pure: the DNS is asked by questions. Who does not answer makes a temporary error, never "no record". The work is
bounded by the ten terms that may ask, the ten hosts of each MX, and the length of a record.
"""

from __future__ import annotations

from datetime import datetime

from fyke.detect.auth.keys import Asking
from fyke.detect.auth.names import read_domain, read_ip
from fyke.detect.auth.spf_evaluation import EndError, Evaluation, Said, Sending
from fyke.detect.auth.spf_macro import VALUE_CHARS
from fyke.detect.auth.spf_words import led, matched, shown
from fyke.model.auth import AuthResult, SpfResult


def check(ip: str, sender: str, helo: str, receiver: str = "", at: datetime | None = None) -> Asking[SpfResult]:
    """Check the address in MAIL FROM; where it is null, "postmaster@" and the name in HELO (RFC 7208 2.4).

    `receiver` is the host that checks, and `at` is when: an explanation may ask for them.
    """
    local, _, domain = sender[-VALUE_CHARS:].strip("<>").rpartition("@")
    found = yield from _check(
        "mailfrom", ip, f"{local or 'postmaster'}@{domain or helo}", helo, receiver=receiver, at=at
    )
    return found


def check_helo(ip: str, helo: str, receiver: str = "", at: datetime | None = None) -> Asking[SpfResult]:
    """Check the name in HELO (RFC 7208 2.3)."""
    found = yield from _check("helo", ip, f"postmaster@{helo}", helo, receiver=receiver, at=at)
    return found


def _check(
    identity: str, client: str, address: str, helo: str, *, receiver: str, at: datetime | None
) -> Asking[SpfResult]:
    """One evaluation, from the identity to its result."""
    ip = read_ip(client)
    local, _, domain = address[-VALUE_CHARS:].rpartition("@")
    name = read_domain(domain)
    sender = f"{local}@{name or domain}"
    if ip is None:
        return SpfResult(AuthResult.NONE, "The client's address is not known.", name, sender, identity)
    if not name:
        reason = f'"{shown(domain)}" is no domain that could have a record.' if domain else "There is no domain to ask."
        return SpfResult(AuthResult.NONE, reason, "", sender, identity, str(ip))
    evaluation = Evaluation(Sending(ip, local, name, helo[:VALUE_CHARS], receiver, at))
    explanation = ""
    try:
        said = yield from evaluation.evaluate(name, ())
    except EndError as end:
        result, reason, path = end.result, end.reason, end.path
    else:
        result, reason, path = said.result, _sentence(said, str(ip)), said.path
        if result is AuthResult.FAIL and said.record.exp:
            explanation = yield from evaluation.explain(said)
    return SpfResult(
        result,
        reason,
        name,
        sender,
        identity,
        str(ip),
        evaluation.record,
        path,
        explanation,
        evaluation.terms,
        evaluation.voids,
    )


def _sentence(said: Said, ip: str) -> str:
    """What came out, for a reader."""
    if said.is_default:
        return f"Nothing in the SPF record of {said.domain}{led(said.path)} speaks of {ip}."
    return matched(said.path, said.result, ip)
