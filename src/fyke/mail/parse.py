"""Raw bytes to `Message`: the one way in. Any bytes give a message; what was odd about them is among its defects."""

from __future__ import annotations

import hashlib

from fyke.mail import links, observables
from fyke.mail.addresses import EMPTY
from fyke.mail.structure import read_structure, value
from fyke.mail.text import read_text
from fyke.model import Message


def parse(raw: bytes) -> Message:
    """The message that the bytes are. Never raises."""
    made = read_structure(raw)
    reading = read_text(made.html, made.plain, made.subject)
    found = links.read(reading.text, reading.anchors, reading.html, made.subject)
    seen = observables.read(
        found,
        reading.text,
        reading.html,
        senders=made.senders,
        reply_to=made.reply_to,
        received=made.received,
        message_id=made.message_id,
        unsubscribe=value(made.index, "list-unsubscribe"),
        attachments=[part for part in made.root.walk() if part.is_attachment],
    )
    return Message(
        size_bytes=len(raw),
        digest=hashlib.sha256(raw).hexdigest(),
        headers=made.headers,
        index=made.index,
        root=made.root,
        subject=made.subject,
        sender=made.senders[0] if made.senders else EMPTY,
        senders=made.senders,
        reply_to=made.reply_to,
        to=made.to,
        return_path=made.return_path,
        message_id=made.message_id,
        date=made.date,
        received=made.received,
        text=reading.text,
        html=reading.html,
        links=found.links,
        observables=seen.observables,
        defects=(*made.defects, *reading.defects, *found.defects, *seen.defects),
    )
