"""Who forwarded this message, and what did they find of its origin before they changed it (RFC 8617)?

    result = yield from verify(mail.raw, at)

A chain that holds proves only who says what: a sealer may lie, and whom to believe is the policy's business.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from msgspec import Struct

from fyke.detect.auth import dkim
from fyke.detect.auth.arc_sets import ArcSet, Seal, find_sets, read_seal
from fyke.detect.auth.dkim_fields import moment, read_signature
from fyke.detect.auth.keys import LEAST_BITS, Asking, Key, RefusedError, ask_keys
from fyke.mail.canonical import Signable, relaxed_field
from fyke.mail.tags import without_value
from fyke.model.auth import ArcHop, ArcResult, AuthResult, DkimResult

KEYS = 16  # asked for of one chain: real ones have up to six hops, and a hop uses one key; a detector asks 32 times

_NONE = ArcResult(AuthResult.NONE, "No server sealed this message.")


class _Sealed(Struct, frozen=True):
    """What a seal is worth, and the key it was checked with."""

    result: AuthResult
    reason: str
    key: Key | None = None


def verify(raw: bytes | Signable, at: datetime | None = None) -> Asking[ArcResult]:
    """What the chain of the message is worth; `none` where there is none. `at` is when the mail came."""
    message = raw if isinstance(raw, Signable) else Signable(raw)
    try:
        sets = find_sets(message)
    except RefusedError as error:
        return ArcResult(error.result, error.reason)
    if not sets:
        return _NONE
    try:
        seals = [read_seal(each) for each in sets]
    except RefusedError as error:
        return ArcResult(error.result, error.reason)
    if len({seal.key_name for seal in seals}) > KEYS:
        return ArcResult(AuthResult.PERMERROR, f"The chain has more than {KEYS} sealers, which nobody's mail has.")
    messages: dict[int, DkimResult] = {}
    messages[len(sets)] = yield from _message(message, sets[-1], at)
    sealed = yield from _check_seals(sets, seals)
    oldest = len(sets)
    if messages[oldest].result is AuthResult.PASS and sealed[-1].result is AuthResult.PASS:
        while oldest > 1:  # RFC 8617 5.2: since when nothing was changed
            messages[oldest - 1] = yield from _message(message, sets[oldest - 2], at)
            if messages[oldest - 1].result is not AuthResult.PASS:
                break
            oldest -= 1
    unread = DkimResult(AuthResult.NONE, "It was not checked: the message was changed later.")
    hops = tuple(
        _hop(each, seal, found, messages.get(each.instance, unread))
        for each, seal, found in zip(sets, seals, sealed, strict=True)
    )
    result, reason = _judge(seals, sealed, messages[len(sets)])
    return ArcResult(result, reason, hops, 0 if oldest == 1 or result is not AuthResult.PASS else oldest)


def _judge(seals: list[Seal], sealed: list[_Sealed], newest: DkimResult) -> tuple[AuthResult, str]:
    """The worth of the chain by the worth of its parts (RFC 8617 5.2)."""
    if seals[-1].cv == "fail":
        return AuthResult.FAIL, f"{seals[-1].domain} found the chain before itself broken."
    for number, seal in enumerate(seals):
        if seal.cv != ("pass" if number else "none"):
            return AuthResult.FAIL, f"The seal of {seal.domain} says cv={seal.cv} at place {number + 1} of the chain."
    if newest.result is not AuthResult.PASS:
        result = newest.result if newest.result is AuthResult.TEMPERROR else AuthResult.FAIL
        return result, f"The message does not stand as the last server sealed it: {newest.reason}"
    for seal, found in zip(reversed(seals), reversed(sealed), strict=True):
        if found.result is not AuthResult.PASS:
            result = found.result if found.result is AuthResult.TEMPERROR else AuthResult.FAIL
            return result, f"The seal of {seal.domain} does not hold: {found.reason}"
    return AuthResult.PASS, f"The chain holds: {', '.join(dict.fromkeys(seal.domain for seal in seals))} sealed it."


def _message(message: Signable, each: ArcSet, at: datetime | None) -> Asking[DkimResult]:
    """Check the ARC-Message-Signature of a set: a DKIM signature but for its i= and v= (RFC 8617 4.1.2)."""
    tags = each.signature_tags
    try:
        signature = read_signature(tags)
        if "arc-seal" in signature.headers:
            raise RefusedError(AuthResult.PERMERROR, "The signature is malformed: it signs a seal.")
    except RefusedError as error:
        return dkim.refused(tags, error)
    return (yield from dkim.check(message, each.signature, tags, signature, at))


def _check_seals(sets: list[ArcSet], seals: list[Seal]) -> Asking[list[_Sealed]]:
    """Check every seal: it is over all sets up to its own, in their order (RFC 8617 5.1.1)."""
    running = hashlib.sha256()
    found: list[_Sealed] = []
    for each, seal in zip(sets, seals, strict=True):
        running.update(relaxed_field(each.results) + b"\r\n" + relaxed_field(each.signature) + b"\r\n")
        own = running.copy()
        own.update(relaxed_field(without_value(each.seal, b"b")))
        running.update(relaxed_field(each.seal) + b"\r\n")
        found.append((yield from _check_seal(seal, own.digest())))
    return found


def _check_seal(seal: Seal, digest: bytes) -> Asking[_Sealed]:
    try:
        keys = yield from ask_keys(seal.domain, seal.selector)
    except RefusedError as error:
        return _Sealed(error.result, error.reason)
    for key in keys:
        if key.kind == seal.key_kind and key.is_for_mail and key.holds(seal.value, digest):
            if key.kind == "rsa" and key.bits < LEAST_BITS:
                return _Sealed(AuthResult.POLICY, f"Its key has {key.bits} bits, which can be broken.", key)
            return _Sealed(AuthResult.PASS, "", key)
    return _Sealed(AuthResult.FAIL, "The chain was changed, or somebody else sealed it.", keys[0])


def _hop(each: ArcSet, seal: Seal, found: _Sealed, message: DkimResult) -> ArcHop:
    return ArcHop(
        each.instance,
        seal.domain,
        seal.selector,
        seal.cv,
        each.said,
        message,
        moment(seal.sealed_at),
        found.key.text if found.key else "",
        found.key.bits if found.key else 0,
    )
