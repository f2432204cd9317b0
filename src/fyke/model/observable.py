"""A thing seen in a mail that may be seen again elsewhere. No opinion: that would be an indicator."""

from __future__ import annotations

from msgspec import Struct

# The kinds of things seen, in the words of the field (STIX and MISP have the same notions).
KINDS = (
    "domain", "url", "email", "ip", "asn", "phone", "wallet", "postal", "po_box",
    "unsubscribe", "tracking_id", "message_id_form", "template", "attachment", "picture_hash", "machine", "mac", "tlsh",
)  # fmt: skip


class Observable(Struct, frozen=True, order=True, gc=False):
    """One value of one kind, normalised so that equal things are equal strings."""

    kind: str
    value: str
    where: str = ""  # "header", "text", "link", "hidden", "attachment"
