"""What is known of sites: rows that are never changed, each with when it was so and where that is known from."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

# Kinds of facts, by the family of evidence that they belong to. Kinds of one family depend on each other.
FAMILIES = {
    "registration": (
        "registrar", "registrant", "registrant_org", "registrant_email", "registrant_phone", "registrant_address",
        "registered_at",
    ),
    "dns": ("ns", "mx", "soa"),
    "hosting": ("ip", "asn", "redirects_to"),
    "certificate": ("certificate", "certificate_key", "certificate_issued", "certificate_name"),
    "content": ("dom", "text", "favicon", "title", "form", "kit"),
    "tracking": ("analytics", "affiliate"),
    "money": ("processor", "merchant", "wallet"),
    "contact": ("phone", "email", "postal", "po_box", "company"),
    "message": ("campaign", "url_shape"),
    "verdict": ("verdict",),  # labels of mails that link to it
}  # fmt: skip
FAMILY = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
KINDS = tuple(FAMILY)


class Fact(Struct, frozen=True, order=True):
    """Something that was seen of something: one row, never changed."""

    about: str  # "site:pills.example": a registered domain; below a private suffix, such as a free host's, the customer
    kind: str  # of KINDS
    value: str  # normalised so that equal things are equal strings
    seen_from: datetime  # aware; when it was so first and last
    seen_to: datetime
    source: str  # "mail", "dns", "rdap", "certificate", "page" or "analyst", then ":" and the file or server
    evidence: str = ""  # sha256 of the raw bytes it was read from, an entry of the chain of custody
