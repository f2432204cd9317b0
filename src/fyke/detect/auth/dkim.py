"""Which domains signed this message, and does what they signed still stand (RFC 6376, 8301, 8463)?

    results = yield from verify(mail.raw, at)

A signature that is malformed is said to be so; one whose key nobody answered for is a temperror, never a failure.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from msgspec.structs import replace

from fyke.detect.auth.dkim_fields import (
    VALUE_SHOWN,
    Signature,
    Tags,
    is_missing,
    moment,
    read_field,
    read_identity,
    read_signature,
)
from fyke.detect.auth.keys import LEAST_BITS, Asking, Key, RefusedError, ask_keys
from fyke.mail.canonical import Signable, relaxed_field
from fyke.mail.tags import without_space, without_value
from fyke.model.auth import AuthResult, DkimResult

SIGNATURES = 10  # checked of one message, the newest: real mail has up to five; RFC 6376 4.2 lets verifiers bound them
DRIFT_S = 300  # between two clocks, before a signature counts as expired: as OpenDKIM has it

NAME = b"dkim-signature"

# Fields that a reader is shown, or that say how the rest is to be read (RFC 6376 5.4.1): more of them than were signed
# means that somebody may have written one of them on the way (8.15).
_SHOWN = tuple(
    (name, name.encode("ascii"))
    for name in (
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "mime-version", "content-type",
        "content-transfer-encoding",
    )
)  # fmt: skip


def verify(raw: bytes | Signable, at: datetime | None = None) -> Asking[tuple[DkimResult, ...]]:
    """What each signature is worth, topmost first; empty for a message without any.

    `at` is when the mail came: without it no signature expires.
    """
    message = raw if isinstance(raw, Signable) else Signable(raw)
    numbers = message.names.get(NAME, [])
    results: list[DkimResult] = []
    for number in numbers[:SIGNATURES]:
        result = yield from _verify(message, message.fields[number], at)
        results.append(result)
    if len(numbers) > SIGNATURES:
        more = len(numbers) - SIGNATURES
        results.append(
            DkimResult(AuthResult.NEUTRAL, f"{more} more were not checked: the limit is {SIGNATURES} signatures.")
        )
    return tuple(results)


def _verify(message: Signable, field: bytes, at: datetime | None) -> Asking[DkimResult]:
    """Check one field of the message."""
    tags: Tags = {}
    try:
        tags = read_field(field)
        missing = is_missing(tags, ("v",))
        if missing or tags["v"] != "1":
            raise RefusedError(
                AuthResult.PERMERROR, "The signature is malformed: it has no version, or an unknown one."
            )
        signature = read_signature(tags)
        signature = replace(signature, identity=read_identity(tags, signature.domain))
        if "from" not in signature.headers:
            raise RefusedError(AuthResult.PERMERROR, "The signature is malformed: it does not sign From.")
    except RefusedError as error:
        return refused(tags, error)
    return (yield from check(message, field, tags, signature, at))


def check(
    message: Signable, field: bytes, tags: Tags, signature: Signature, at: datetime | None = None
) -> Asking[DkimResult]:
    """Ask for the key of a well-formed signature, and check it."""
    found = describe(message, tags, signature)
    try:
        keys = yield from ask_keys(signature.domain, signature.selector)
    except RefusedError as error:
        return replace(found, result=error.result, reason=error.reason)
    key, result, reason = _judge(message, field, signature, keys)
    if result is AuthResult.PASS:
        result, reason = _accept(found, at)
    elif result is AuthResult.FAIL and key.is_testing:
        result, reason = AuthResult.NEUTRAL, f"{reason} The domain says that it is only testing."
    return replace(
        found, result=result, reason=reason, key_record=key.text, key_bits=key.bits, is_testing=key.is_testing
    )


def refused(tags: Tags, error: RefusedError) -> DkimResult:
    """The result for a signature that was not even well-formed, with what it says of itself."""
    return DkimResult(
        error.result,
        error.reason,
        without_space(tags.get("d", ""))[:253].lower(),
        without_space(tags.get("s", ""))[:253].lower(),
        algorithm=tags.get("a", "")[:40].lower(),
        value=_shown(tags),
    )


def describe(message: Signable, tags: Tags, signature: Signature) -> DkimResult:
    """All that is known of a signature before its key is."""
    headers = signature.headers
    rest = 0
    if signature.length is not None:
        rest = max(0, len(message.body(is_relaxed=signature.is_relaxed_body)) - signature.length)
    forms = (signature.is_relaxed_header, signature.is_relaxed_body)
    return DkimResult(
        AuthResult.NEUTRAL,
        "",
        signature.domain,
        signature.selector,
        signature.identity,
        tags["a"].lower(),
        "/".join("relaxed" if form else "simple" for form in forms),
        headers,
        unsigned=tuple(
            [name for name, key in _SHOWN if key in message.names and len(message.names[key]) > headers.count(name)]
        ),
        unsigned_bytes=rest,
        signed_at=moment(signature.signed_at),
        expires_at=moment(signature.expires_at),
        value=_shown(tags),
    )


def digest(message: Signable, field: bytes, signature: Signature) -> bytes:
    """The hash over the signed fields and, with its own value left out, the signature's (RFC 6376 3.7)."""
    is_relaxed = signature.is_relaxed_header
    lines = message.signed([name.encode("ascii") for name in signature.headers], is_relaxed=is_relaxed)
    own = without_value(field, b"b")
    lines.append(relaxed_field(own) if is_relaxed else own)
    return hashlib.sha256(b"\r\n".join(lines)).digest()


def _judge(message: Signable, field: bytes, signature: Signature, keys: tuple[Key, ...]) -> tuple[Key, AuthResult, str]:
    """Which key counts, and whether what it signed stands."""
    refusals = [_refusal(key, signature) for key in keys]
    fit = [key for key, refusal in zip(keys, refusals, strict=True) if refusal is None]
    if not fit:
        result, reason = refusals[0] or (AuthResult.PERMERROR, "")
        return keys[0], result, reason
    mixed = " Its line ends were mixed, and were all read as CRLF." if message.is_mixed else ""
    if message.is_cut:
        return fit[0], AuthResult.NEUTRAL, "The header is too large to be checked."
    body_hash = message.body_hash(is_relaxed=signature.is_relaxed_body, length=signature.length)
    if body_hash != signature.body_hash:
        return fit[0], AuthResult.FAIL, f"The body was changed after {signature.domain} signed it.{mixed}"
    signed = digest(message, field, signature)
    for key in fit:
        if key.holds(signature.value, signed):
            return key, AuthResult.PASS, ""
    return fit[0], AuthResult.FAIL, f"The header was changed, or {signature.domain} did not sign it.{mixed}"


def _refusal(key: Key, signature: Signature) -> tuple[AuthResult, str] | None:
    """Why a key may not be used for a signature (RFC 6376 6.1.2, 8301 3.2); None where it may."""
    domain = signature.domain
    if key.kind != signature.key_kind:
        return (
            AuthResult.PERMERROR,
            f"The key of {domain} is of kind {key.kind}, the signature of {signature.key_kind}.",
        )
    if not key.is_for_mail:
        return AuthResult.PERMERROR, f"The key of {domain} is not for mail."
    if key.hashes and "sha256" not in key.hashes:
        return AuthResult.PERMERROR, f"The key of {domain} may not be used with sha256."
    if key.is_exact and signature.identity.rpartition("@")[2] != domain:
        return AuthResult.PERMERROR, f"The key of {domain} is not for domains below it."
    if key.kind == "rsa" and key.bits < LEAST_BITS:
        return AuthResult.POLICY, f"The key of {domain} has {key.bits} bits, which can be broken (RFC 8301)."
    return None


def _accept(found: DkimResult, at: datetime | None) -> tuple[AuthResult, str]:
    """What a right signature is worth."""
    if found.expires_at is not None and at is not None and (at - found.expires_at).total_seconds() > DRIFT_S:
        return AuthResult.POLICY, f"The signature is right, but it expired on {found.expires_at:%Y-%m-%d %H:%M} UTC."
    if "from" in found.unsigned and "from" in found.headers:
        return AuthResult.POLICY, "The signature is right, but there are more From fields than it signed."
    if found.unsigned_bytes:
        return AuthResult.PASS, f"{found.domain} signed it, all but the last {found.unsigned_bytes} bytes of the body."
    return AuthResult.PASS, f"{found.domain} signed it, and nothing signed was changed."


def _shown(tags: Tags) -> str:
    return without_space(tags.get("b", "")[: 2 * VALUE_SHOWN])[:VALUE_SHOWN]
