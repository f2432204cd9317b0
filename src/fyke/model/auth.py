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


class SpfStep(Struct, frozen=True):
    """A term that an evaluation of SPF stood at, and the domain whose record has it."""

    domain: str
    term: str  # as it is written: "include:_spf.example.org"


class SpfResult(Struct, frozen=True):
    """Whether a domain lets a client send in its name (RFC 7208), and which term of whose record says so."""

    result: AuthResult
    reason: str  # one sentence for a reader
    domain: str = ""  # whose record was asked, A-labels; empty where there was none to ask
    sender: str = ""  # the address that was checked, or "postmaster@" and the name in HELO
    identity: str = "mailfrom"  # or "helo" (RFC 8601 2.7.2)
    client_ip: str = ""
    record: str = ""  # of the domain, as it was read
    path: tuple[
        SpfStep, ...
    ] = ()  # from the domain's own record, through includes and redirects, to the term that spoke
    explanation: str = ""  # what the domain says to whom it refuses: a stranger's words
    terms: int = 0  # that asked the DNS: ten are allowed
    voids: int = 0  # of these, those that found nothing: two are allowed


class HostNames(Struct, frozen=True):
    """What an address is called (PTR), and which of these names lead back to it."""

    ip: str
    confirmed: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()  # they lead elsewhere, or nowhere
    unanswered: tuple[str, ...] = ()  # nobody said where they lead
    is_known: bool = True  # False: nobody said what the address is called
    is_dynamic: bool = False  # all names are of the kind that providers give by number


class HeloForm(StrEnum):
    """What a client called itself (RFC 5321 4.1.1.1 wants a name of its own, or an address in brackets)."""

    NOTHING = "nothing"
    NAME = "name"  # of at least two labels
    WORD = "word"  # a single label: nobody can look it up
    LITERAL = "literal"  # "[192.0.2.7]", "[IPv6:2001:db8::7]"
    ADDRESS = "address"  # without the brackets
    MALFORMED = "malformed"


class Helo(Struct, frozen=True):
    """What a client called itself, and whether it is that. None: nobody answered, or nobody could be asked."""

    text: str
    form: HeloForm
    exists: bool | None = None  # the name has an address
    is_clients: bool | None = None  # the name has the client's address, or the literal is it
    is_ours: bool = False  # a domain or an address of the recipient's: no stranger is called so


class MailDomain(Struct, frozen=True):
    """Whether a domain takes mail (RFC 5321 5.1, RFC 7505): who can get no answer seldom writes. None: unanswered."""

    domain: str
    exists: bool | None = None
    hosts: tuple[str, ...] = ()  # that take its mail, the preferred one first
    has_address: bool | None = None  # asked where it has no MX: then it is its own
    is_null: bool = False  # it says that it takes no mail

    @property
    def takes_mail(self) -> bool | None:
        """Whether a mail to it has somewhere to go; None where nobody answered."""
        if self.is_null or self.exists is False:
            return False
        return True if self.hosts else self.has_address


class Origin(Struct, frozen=True):
    """Which networks announce an address."""

    ip: str
    numbers: tuple[int, ...] = ()  # of autonomous systems
    block: str = ""  # "192.0.2.0/24"
    country: str = ""  # of the registry's entry
    is_known: bool = True  # False: nobody answered


class Auth(Struct, frozen=True):
    """All that was found of who sent a message. None: it was not looked at."""

    spf: SpfResult | None = None
    dkim: tuple[DkimResult, ...] | None = None
    arc: ArcResult | None = None
    dmarc: DmarcResult | None = None
