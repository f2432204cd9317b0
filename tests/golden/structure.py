"""What a golden parse writes down of a message: its structure, as JSON that a person can check."""

import hashlib

from fyke.mail.structure import read_structure


def golden(raw):
    """The structure of a message as plain data."""
    made = read_structure(raw)
    return {
        "headers": [[header.name, header.value] for header in made.headers],
        "senders": [mailbox(address) for address in made.senders],
        "reply_to": [mailbox(address) for address in made.reply_to],
        "to": [mailbox(address) for address in made.to],
        "date": made.date.isoformat() if made.date else None,
        "received": [[hop.helo, hop.name, hop.ip, hop.by, hop.protocol] for hop in made.received],
        "parts": [describe(part) for part in made.root.walk()],
        "html": made.html,
        "plain": made.plain,
        "defects": [" ".join(filter(None, (defect.kind, defect.part))) for defect in made.defects],
    }


def mailbox(address):
    """Name, address and domain."""
    return [address.name, address.address, address.domain]


def describe(part):
    """A part in one line."""
    fields = (part.path or "-", part.content_type, part.charset, part.encoding, part.disposition, part.filename)
    digest = hashlib.sha256(part.content).hexdigest()[:16] if part.content else "-"
    return " | ".join((*fields, f"{len(part.content)} of {part.size_bytes} bytes", digest))
