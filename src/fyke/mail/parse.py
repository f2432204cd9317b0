"""Raw bytes to `Message`: the one way in. Any bytes give a message; what was odd about them is among its defects."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from fyke.mail import links, observables
from fyke.mail.addresses import EMPTY, read_addresses
from fyke.mail.charset import decode
from fyke.mail.dates import read_date
from fyke.mail.defects import Notes
from fyke.mail.headers import Index, index_headers, read_headers
from fyke.mail.lenient import read_root
from fyke.mail.limits import ENCODED_WORDS, PARTS, TEXT_BYTES, TEXTS
from fyke.mail.text import read_text
from fyke.mail.trace import read_received
from fyke.model import Address, Message, Part

BOM = b"\xef\xbb\xbf"
_BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-plain", "text/text"})
_UUENCODE = re.compile(rb"(?:^|\n)begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n[!-`]")
_YENC = re.compile(rb"(?:^|\n)=ybegin [^\r\n]{0,200}name=([^\r\n]{0,200})")


def parse(raw: bytes) -> Message:
    """The message that the bytes are. Never raises."""
    notes = Notes(PARTS, ENCODED_WORDS)
    data, start = _begin(raw, notes)
    headers, body = read_headers(data, start, len(data), notes)
    if not headers:
        notes.add("headers-none")
    index = index_headers(headers)
    root = read_root(data, headers, index, body, notes)
    html, plain = _bodies(root, notes)
    subject = _first(index, "subject")
    reading = read_text(html, plain, subject)
    found = links.read(reading.text, reading.anchors, reading.html)
    received = read_received(index.get("received", ()), notes)
    reply_to = _addresses(index, "reply-to", notes)
    message_id = _raw(index, "message-id").strip("<> \t")
    senders = _addresses(index, "from", notes)
    return Message(
        size_bytes=len(raw),
        digest=hashlib.sha256(raw).hexdigest(),
        headers=headers,
        index=index,
        root=root,
        subject=subject,
        sender=senders[0] if senders else EMPTY,
        senders=senders,
        reply_to=reply_to,
        to=_addresses(index, "to", notes) + _addresses(index, "cc", notes),
        return_path=_raw(index, "return-path").strip("<> \t"),
        message_id=message_id,
        date=_date(index, notes),
        received=received,
        text=reading.text,
        html=reading.html,
        links=found.links,
        observables=observables.collect(
            reading=found,
            text=reading.text,
            html=reading.html,
            senders=senders,
            reply_to=reply_to,
            received=received,
            message_id=message_id,
            unsubscribe=_first(index, "list-unsubscribe"),
            attachments=[part for part in root.walk() if part.is_attachment] if root.children else (),
        ),
        defects=(*notes.defects, *reading.defects, *found.defects),
    )


def _begin(raw: bytes, notes: Notes) -> tuple[bytes, int]:
    """The bytes as lines, and where they begin: after a byte order mark and blank lines."""
    start = 0
    if raw.startswith(BOM):
        notes.add("bom")
        start = len(BOM)
    if b"\n" not in raw and b"\r" in raw:
        notes.add("cr-alone", "every line")
        raw = raw.replace(b"\r", b"\n")
    return raw, start


def _first(index: Index, key: str) -> str:
    found = index.get(key)
    return found[0].value if found else ""


def _raw(index: Index, key: str) -> str:
    found = index.get(key)
    return found[0].raw if found else ""


def _addresses(index: Index, key: str, notes: Notes) -> tuple[Address, ...]:
    """The mailboxes of all headers of a key."""
    found = index.get(key)
    if found is None:
        return ()
    if len(found) == 1:
        return read_addresses(found[0].raw, notes)
    return tuple(address for header in found[:20] for address in read_addresses(header.raw, notes))


def _date(index: Index, notes: Notes) -> datetime | None:
    value = _raw(index, "date")
    if not value:
        return None
    date = read_date(value)
    if date is None:
        notes.add("date-broken", value)
    return date


def _bodies(root: Part, notes: Notes) -> tuple[list[str], list[str]]:
    """The texts that a mail program shows, HTML and plain, in order."""
    html: list[str] = []
    plain: list[str] = []
    stack = [root]
    first: Part | None = None
    while stack:
        part = stack.pop()
        if part.children:
            if not part.content_type.startswith("message/"):
                stack.extend(reversed(part.children))
            continue
        if part.content_type not in _BODY_TYPES:
            continue
        first = first or part
        if part.disposition == "attachment" or (part.filename and part is not root):
            continue
        _take(part, html, plain, notes)
    if not html and not plain and first is not None:
        notes.add("body-attached", part=first.path)
        _take(first, html, plain, notes)
    return html, plain


def _take(part: Part, html: list[str], plain: list[str], notes: Notes) -> None:
    """Decode one text part into its list."""
    if len(html) + len(plain) >= TEXTS:
        notes.add("text-cut", f"after {TEXTS} texts")
        return
    content = part.content
    if len(content) > TEXT_BYTES:
        notes.add("text-cut", f"{len(content)} bytes", part.path)
        content = content[:TEXT_BYTES]
    is_html = part.content_type == "text/html"
    text = decode(content, part.charset, notes, part.path, html=is_html)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if is_html:
        html.append(text)
        return
    if b"begin " in content:
        found = _UUENCODE.search(content)
        if found:
            notes.add("uuencode", found[1].decode("latin-1"), part.path)
    if b"=ybegin " in content:
        yenc = _YENC.search(content)
        if yenc:
            notes.add("yenc", yenc[1].decode("latin-1"), part.path)
    plain.append(text)
