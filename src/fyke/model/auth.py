"""What the mechanisms that authenticate mail say of one message: the nouns of their results (RFC 8601 2.7).

The text of a key as it was used is part of a result: keys are rotated, and evidence must outlive them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class AuthResult(StrEnum):
    """How a check came out, in the words of Authentication-Results (RFC 8601 2.7)."""

    NONE = "none"  # nothing there to be checked
    PASS = "pass"  # noqa: S105  it holds
    FAIL = "fail"  # it was checked, and does not hold
    SOFTFAIL = "softfail"  # SPF: it does not hold, and its domain is not sure of its own list
    NEUTRAL = "neutral"  # it cannot be used: an unknown method, or its domain asks for no conclusion
    POLICY = "policy"  # it may hold, and is not accepted: too weak, or too late
    TEMPERROR = "temperror"  # somebody did not answer: later it may be known
    PERMERROR = "permerror"  # it can never be checked: it or its record is malformed, missing or revoked


class DkimResult(Struct, frozen=True):
    """What one DKIM signature is worth (RFC 6376), or the signature over the message of one hop of ARC."""

    result: AuthResult
    reason: str  # one sentence for a reader
    domain: str = ""  # d=, lower case, A-labels: who takes responsibility
    selector: str = ""
    identity: str = ""  # i=, or "@" and the domain
    algorithm: str = ""  # such as "rsa-sha256"
    canonicalisation: str = ""  # such as "relaxed/simple"
    headers: tuple[str, ...] = ()  # h=, lower case, in its order: fields that are absent count as signed too
    unsigned: tuple[
        str, ...
    ] = ()  # of the fields that a reader is shown, those that stand there more often than signed
    unsigned_bytes: int = 0  # of the body, behind l=: anybody may have written them
    signed_at: datetime | None = None
    expires_at: datetime | None = None
    value: str = ""  # beginning of b=, as Authentication-Results names a signature (RFC 6008)
    key_record: str = ""  # the TXT record with the key, as it was used; empty where there was none
    key_bits: int = 0
    is_testing: bool = False  # t=y: the domain says that it is only trying


class ArcHop(Struct, frozen=True):
    """One set of ARC fields: what one forwarder sealed (RFC 8617 4.1)."""

    instance: int
    domain: str  # of the seal: who vouches
    selector: str
    cv: str  # what the forwarder found of the chain before itself: "none", "pass" or "fail"
    results: str  # what it wrote of the mail it got: the value of ARC-Authentication-Results without its i=, unfolded
    message: DkimResult  # its signature over the message: it breaks at the next hop that changes the message
    sealed_at: datetime | None = None
    key_record: str = ""  # of the seal
    key_bits: int = 0


class ArcResult(Struct, frozen=True):
    """What a chain of ARC sets is worth. It says who sealed what; whom to believe is policy."""

    result: AuthResult
    reason: str
    hops: tuple[ArcHop, ...] = ()  # oldest first; what they say is proved only where the result is a pass
    oldest_pass: int = 0  # the oldest hop since which nothing of the message was changed; 0: it holds since the first


class DmarcRecord(Struct, frozen=True):
    """What a domain asks of those who get mail in its name (RFC 9989 4.7); what it wrote wrongly has its default."""

    domain: str  # at which it was found
    text: str
    p: str = "none"  # for the domain: "none", "quarantine" or "reject"
    sp: str = ""  # for names below it that exist; empty: as `p`
    np: str = ""  # for names below it that do not; empty: as `sp`
    adkim: str = "r"  # "r": the same organization will do, "s": only the same name
    aspf: str = "r"
    psd: str = "u"  # "y": names below it belong to strangers, "n": it is an organization, "u": it does not say
    is_testing: bool = False  # t=y: it does not want its policy applied as it stands
    rua: tuple[str, ...] = ()
    ruf: tuple[str, ...] = ()
    fo: str = "0"
    ignored: tuple[str, ...] = ()  # tags that are unknown, removed (pct, rf, ri), written twice or wrongly
    is_usable: bool = True  # False: p, sp or np is no policy and nobody is to be told, so there is nothing to apply


class DmarcStep(Struct, frozen=True):
    """One question of a walk up the tree of names, and what came back."""

    name: str  # as it was asked, with "_dmarc."
    found: str  # "record", "none", "several" (all of them void) or "unknown" (no answer)
    text: str = ""  # of the record, as far as it is worth showing
    psd: str = ""


class Identifier(Struct, frozen=True):
    """A domain that SPF or DKIM looked at, and what it found: what DMARC compares with the author's domain."""

    mechanism: str  # "spf" or "dkim"
    domain: str
    result: AuthResult
    selector: str = ""


class Aligned(Struct, frozen=True):
    """Whether an identifier speaks for the author's domain."""

    identifier: Identifier
    mode: str  # "strict" or "relaxed"
    organization: str  # of the identifier's domain; empty where nobody had to look it up
    holds: bool | None  # None: could not be asked


class Override(Struct, frozen=True):
    """Why a mail is not handled as its domain asks (RFC 9990: the types of PolicyOverride)."""

    type: str  # "trusted_forwarder", "mailing_list", "local_policy", "policy_test_mode" or "other"
    comment: str = ""


class DmarcResult(Struct, frozen=True):
    """Whether a message is in its author's name (RFC 9989), and what that domain asks for."""

    result: AuthResult
    reason: str  # one sentence for a reader
    domain: str = ""  # of the author
    organization: str = ""  # of that domain; empty where it was not needed or is not known
    record: DmarcRecord | None = None  # the policy that applies
    policy: str = "none"  # that it asks for such a domain
    disposition: str = "none"  # what is asked for this message, after its result, test mode and overrides
    aligned: tuple[Aligned, ...] = ()
    steps: tuple[DmarcStep, ...] = ()
    overrides: tuple[Override, ...] = ()
