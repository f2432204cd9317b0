"""Raw bytes to `Message`: the one way in. Any bytes give a message; what was odd about them is among its defects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from fyke.mail import links, observables
from fyke.mail.addresses import EMPTY
from fyke.mail.links import LinkReading
from fyke.mail.observables import ObservableReading
from fyke.mail.structure import Structure, bare, read_structure, value
from fyke.mail.text import TextReading, read_text
from fyke.model import Defect, Html, Message, Text

A = TypeVar("A")


def parse(raw: bytes) -> Message:
    """The message that the bytes are. Never raises."""
    failed: list[Defect] = []
    made = _try("structure", lambda: read_structure(raw), lambda: bare(raw), failed)
    reading = _try("text", lambda: read_text(made.html, made.plain, made.subject), lambda: _unread(made), failed)
    found = _try("links", lambda: _find_links(made, reading), _no_links, failed)
    seen = _try("observables", lambda: _observe(made, reading, found), _no_observables, failed)
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
        defects=(*made.defects, *reading.defects, *found.defects, *seen.defects, *failed),
    )


def _find_links(made: Structure, reading: TextReading) -> LinkReading:
    """Where the message leads."""
    return links.read(reading.text, reading.anchors, reading.html, made.subject)


def _observe(made: Structure, reading: TextReading, found: LinkReading) -> ObservableReading:
    """What may be seen again in another message."""
    return observables.read(
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


def _try(who: str, read: Callable[[], A], otherwise: Callable[[], A], failed: list[Defect]) -> A:
    """What a part of the parser reads. Should a stranger find a bug in it, the mail is judged by all the rest."""
    try:
        return read()
    except Exception as error:
        failed.append(Defect("parser-failed", f"{who}: {type(error).__name__}: {error}"[:200]))
        return otherwise()


def _unread(made: Structure) -> TextReading:
    """The texts as they stand, where nobody could read them."""
    plain = "\n".join((*made.plain, *made.html))
    return TextReading(Text(visible=plain, current=plain), Html(), (), ())


def _no_links() -> LinkReading:
    return LinkReading(())


def _no_observables() -> ObservableReading:
    return ObservableReading(())
